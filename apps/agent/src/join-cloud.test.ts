import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAgentFolder } from './agent-folder.ts';
import { readConfig } from './config.ts';
import { joinCloud } from './join-cloud.ts';
import { readJoinToken } from './read-join-token.ts';
import { readMachineId } from './read-machine-id.ts';
import { readOwnMachineId } from './read-own-machine-id.ts';

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

const enrolled = { hostId: 'h', cloudId: 'c', name: 'n', address: 'a:1', url: 'https://old:8774', authority: 'A', certificate: 'C', key: 'K' };
const config = (...args: string[]) => readConfig(args, { NOVADOCK_HOME: home });
const on = (id: string | undefined) => async () => id;

test('a host that is enrolled needs no token, and finds a control plane that moved with --join', async () => {
  const folder = await openAgentFolder(home);
  await folder.writeEnrolled(enrolled);
  expect(await joinCloud(config(), folder)).toEqual(enrolled);
  expect(await joinCloud(config('--join', 'https://new:8774'), folder)).toEqual({ ...enrolled, url: 'https://new:8774' });
});

test("a copy of a host's disk that is another machine is refused, with what to do", async () => {
  const folder = await openAgentFolder(home);
  await folder.writeEnrolled(enrolled);
  // One that was enrolled before an id was kept is taken for itself.
  await joinCloud(config(), folder, on('a'));
  expect(await joinCloud(config(), folder, on('a'))).toEqual(enrolled);
  const copied = await openAgentFolder(home);
  await expect(joinCloud(config('--join', 'https://new:8774'), copied, on('b'))).rejects.toMatchObject({
    code: 'conflict', reason: 'otherMachine', message: expect.stringMatching(new RegExp(`is not the one that joined as n.*rm -f ${home}/agent/\\*\\.pem.*novadock host token.*put its /etc/machine-id back`)) as unknown,
  });
  expect(await folder.readEnrolled()).toEqual(enrolled);
  expect(await joinCloud(config(), folder, on('a'))).toEqual(enrolled);
});

test('a machine without an id, or whose id is not its own, is not refused', async () => {
  const folder = await openAgentFolder(home);
  await folder.writeEnrolled(enrolled);
  expect(await joinCloud(config(), folder, on(undefined))).toEqual(enrolled);
  await joinCloud(config(), folder, on('a'));
  expect(await joinCloud(config(), folder, on(undefined))).toEqual(enrolled);
  const root = join(home, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/machine-id'), `${'a'.repeat(32)}\n`);
  expect(await readOwnMachineId(root)).toBe(await readMachineId(join(root, 'etc/machine-id')));
  // Of a container that is made of an image, the id is the image's or the machine's around it, and another one each time.
  writeFileSync(join(root, '.dockerenv'), '');
  expect(await readOwnMachineId(root)).toBeUndefined();
});

test('who joins anew on a copy is the machine that it is from then on', async () => {
  const folder = await openAgentFolder(home);
  await folder.writeMachineId('a');
  await expect(joinCloud(config('--join', 'http://127.0.0.1:1', '--token', 'a.b.c'), folder, on('b'))).rejects.toMatchObject({ code: 'unavailable' });
  await folder.writeEnrolled(enrolled);
  expect(await joinCloud(config(), folder, on('b'))).toEqual(enrolled);
});
