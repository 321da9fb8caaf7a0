import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult, RunCommand } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAgentFolder, type AgentFolder } from './agent-folder.ts';
import { openEpoch } from './epoch.ts';
import { leaveHost } from './leave-host.ts';
import { removeAgent } from './rpc/remove-agent.ts';

let home: string;
let folder: AgentFolder;
let commands: string[][];
let limitsMs: (number | undefined)[];
let result: CommandResult;
let logged: string[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'nda-'));
  folder = await openAgentFolder(home);
  for (const name of ['certificate.pem', 'key.pem', 'epoch']) writeFileSync(folder.file(name), '1');
  [commands, limitsMs, logged] = [[], [], []];
  result = { code: 0, stdout: '', output: '' };
});
afterEach(() => rmSync(home, { recursive: true }));

const run: RunCommand = async (command, args, options) => {
  commands.push([command, ...args]);
  limitsMs.push(options?.timeoutMs);
  return result;
};
const log = { info: (...said: unknown[]) => void logged.push(String(said[1])) };
const leave = (unit: string | undefined, of = home) => leaveHost({ unit, home: of, folder, run, log });

test('an agent that was not installed forgets who it is, and runs nothing', async () => {
  await leave(undefined);
  expect(commands).toEqual([]);
  expect(await folder.readEnrolled()).toBeUndefined();
  expect([existsSync(folder.file('key.pem')), existsSync(folder.file('epoch'))]).toEqual([false, true]);
});

test('one that systemd runs is removed by a unit of its own; unit and folder are no part of the script', async () => {
  await leave('novadock-agent.service', "/it's");
  expect(commands).toEqual([['systemd-run', '--collect', '--quiet', expect.any(String), '/bin/sh', '-c', expect.stringContaining('systemctl disable --now "$1"'), 'sh', 'novadock-agent.service', "/it's"]]);
  expect(await folder.readEnrolled().catch(() => 'enrolled')).toBe('enrolled');
  // A systemd that hangs is not waited for longer than the control plane waits.
  expect(limitsMs).toEqual([10_000]);
  expect(logged).toEqual(['systemd takes the agent off this host']);
});

test('what systemd refuses is told', async () => {
  result = { code: 1, stdout: '', output: 'Failed to connect to bus\n' };
  await expect(leave('u.service')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Failed to connect to bus') as unknown });
  result = { code: 124, stdout: '', output: '' };
  await expect(leave('u.service')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/systemd-run did not end within 10 s/) as unknown });
  expect(logged).toEqual([]);
});

test('it is refused to who lost the host, and while a set-up runs', async () => {
  const epoch = await openEpoch(folder.file('epoch'));
  let left = 0;
  const leaving = async () => void (left += 1);
  await expect(removeAgent({ epoch, setups: { assertIdle: () => {} }, leaveHost: leaving } as never, { epoch: 0 })).rejects.toMatchObject({ reason: 'staleEpoch' });
  const assertIdle = () => {
    throw new CloudError('conflict', 'A run is under way.', { reason: 'setupRunning' });
  };
  await expect(removeAgent({ epoch, setups: { assertIdle }, leaveHost: leaving } as never, { epoch: 2 })).rejects.toMatchObject({ reason: 'setupRunning' });
  expect(left).toBe(0);
  await removeAgent({ epoch, setups: { assertIdle: () => {} }, leaveHost: leaving } as never, { epoch: 2 });
  expect(left).toBe(1);
});
