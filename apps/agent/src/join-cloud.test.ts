import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAgentFolder } from './agent-folder.ts';
import { readConfig } from './config.ts';
import { joinCloud } from './join-cloud.ts';
import { readJoinToken } from './read-join-token.ts';
import { readMachineId } from './read-machine-id.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nda-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('the token comes from the command line, the standard input, or a file', async () => {
  const tokenFile = join(home, 'token');
  writeFileSync(tokenFile, 'from.the.file\n');
  expect(await readJoinToken({ token: 'a.b.c', tokenFile })).toBe('a.b.c');
  expect(await readJoinToken({ token: '-', tokenFile }, Readable.from(['from.', 'stdin.x\n']))).toBe('from.stdin.x');
  expect(await readJoinToken({ token: undefined, tokenFile })).toBe('from.the.file');
  await expect(readJoinToken({ token: undefined, tokenFile: join(home, 'none') })).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/NOVADOCK_JOIN_TOKEN_FILE.*ENOENT/) as unknown });
  await expect(readJoinToken({ token: undefined, tokenFile: undefined })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('novadock host token') as unknown });
});

test('a machine is named by its machine-id, which nobody can tell from the name', async () => {
  const file = join(home, 'machine-id');
  expect(await readMachineId(file)).toBeUndefined();
  writeFileSync(file, 'uninitialized\n');
  expect(await readMachineId(file)).toBeUndefined();
  writeFileSync(file, `${'a'.repeat(32)}\n`);
  const name = await readMachineId(file);
  expect(name).toMatch(/^[0-9a-f]{64}$/);
  expect(await readMachineId(file)).toBe(name);
  writeFileSync(file, `${'b'.repeat(32)}\n`);
  expect(await readMachineId(file)).not.toBe(name);
});

test('a host that is enrolled needs no token, and finds a control plane that moved with --join', async () => {
  const folder = await openAgentFolder(home);
  const enrolled = { hostId: 'h', cloudId: 'c', name: 'n', address: 'a:1', url: 'https://old:8774', authority: 'A', certificate: 'C', key: 'K' };
  await folder.writeEnrolled(enrolled);
  expect(await joinCloud(readConfig([], { NOVADOCK_HOME: home }), folder)).toEqual(enrolled);
  expect(await joinCloud(readConfig(['--join', 'https://new:8774'], { NOVADOCK_HOME: home }), folder)).toEqual({ ...enrolled, url: 'https://new:8774' });
});
