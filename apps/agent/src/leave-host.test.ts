import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAgentFolder, type AgentFolder } from './agent-folder.ts';
import { openEpoch } from './epoch.ts';
import { leaveHost } from './leave-host.ts';
import { removeAgent } from './rpc/remove-agent.ts';

let home: string;
let folder: AgentFolder;
let commands: string[][];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'nda-'));
  folder = await openAgentFolder(home);
  for (const name of ['certificate.pem', 'key.pem', 'epoch']) writeFileSync(folder.file(name), '1');
  commands = [];
});
afterEach(() => rmSync(home, { recursive: true }));

const run = async (command: string, args: string[]) => void commands.push([command, ...args]);

test('an agent that was not installed forgets who it is, and runs nothing', async () => {
  await leaveHost({ unit: undefined, home, folder, run });
  expect(commands).toEqual([]);
  expect(await folder.readEnrolled()).toBeUndefined();
  expect([existsSync(folder.file('key.pem')), existsSync(folder.file('epoch'))]).toEqual([false, true]);
});

test('one that systemd runs is removed by a unit of its own; unit and folder are no part of the script', async () => {
  await leaveHost({ unit: 'novadock-agent.service', home: "/it's", folder, run });
  expect(commands).toEqual([['systemd-run', '--collect', '--quiet', expect.any(String), '/bin/sh', '-c', expect.stringContaining('systemctl disable --now "$1"'), 'sh', 'novadock-agent.service', "/it's"]]);
  expect(await folder.readEnrolled().catch(() => 'enrolled')).toBe('enrolled');
});

test('what systemd refuses is told', async () => {
  const refuse = () => Promise.reject(new Error('Command failed: systemd-run\nFailed to connect to bus\n'));
  await expect(leaveHost({ unit: 'u.service', home, folder, run: refuse })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Failed to connect to bus') as unknown });
});

test('it is refused to who lost the host, and while a set-up runs', async () => {
  const epoch = await openEpoch(folder.file('epoch'));
  let left = 0;
  const leave = async () => void (left += 1);
  await expect(removeAgent({ epoch, setups: { assertIdle: () => {} }, leaveHost: leave } as never, { epoch: 0 })).rejects.toMatchObject({ reason: 'staleEpoch' });
  const assertIdle = () => {
    throw new CloudError('conflict', 'A run is under way.', { reason: 'setupRunning' });
  };
  await expect(removeAgent({ epoch, setups: { assertIdle }, leaveHost: leave } as never, { epoch: 2 })).rejects.toMatchObject({ reason: 'setupRunning' });
  expect(left).toBe(0);
  await removeAgent({ epoch, setups: { assertIdle: () => {} }, leaveHost: leave } as never, { epoch: 2 });
  expect(left).toBe(1);
});
