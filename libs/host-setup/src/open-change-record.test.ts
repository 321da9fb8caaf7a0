import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChangeRecord } from './change-record.ts';
import { openChangeRecord } from './open-change-record.ts';
import { freshName } from './replace-file.ts';
import type { SetupContext } from './setup-step.ts';
import { writeHostFile } from './write-host-file.ts';

let folder: string;
let root: string;
let changes: ChangeRecord;
const reopen = async () => (changes = await openChangeRecord({ folder: join(folder, 'changes'), root }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ndc-'));
  root = join(folder, 'root');
  mkdirSync(root);
  await reopen();
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (path: string) => join(root, path);
function put(path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
  chmodSync(at(path), mode);
}
const write = (path: string, content: string, mode?: number) => writeHostFile({ root, changes } as SetupContext, 'step', mode === undefined ? { path, content } : { path, content, mode });

/** Every path below the root, with all that is to be put back. */
function tree(): Record<string, unknown> {
  const paths = execFileSync('find', [root, '-mindepth', '1'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  return Object.fromEntries(paths.map((path) => {
    const status = lstatSync(path);
    const content = status.isSymbolicLink() ? readlinkSync(path) : status.isFile() ? readFileSync(path, 'hex') : 'a folder';
    return [path, { content, mode: status.mode, uid: status.uid, gid: status.gid }];
  }));
}

test('whatever was changed, and however often, the tree is as it was: content, mode, owner, links, folders', async () => {
  put('/etc/a', 'old\n', 0o640);
  put('/etc/binary', Buffer.from([0, 255, 10, 13]), 0o4755);
  chownSync(at('/etc/a'), 1234, 4321);
  symlinkSync('a', at('/etc/link'));
  symlinkSync('/nowhere', at('/etc/broken'));
  put('/etc/only-mode', 'x', 0o600);
  const before = tree();
  await write('/etc/a', 'new\n');
  expect(lstatSync(at('/etc/a'))).toMatchObject({ mode: 0o100640, uid: 1234, gid: 4321 });
  await write('/etc/a', 'newer\n', 0o666);
  await write('/etc/binary', 'text\n');
  await write('/etc/link', 'through the link\n');
  expect(readFileSync(at('/etc/a'), 'utf8')).toBe('through the link\n');
  await write('/etc/new/deep/file', 'new\n');
  await write('/etc/new/other', 'new\n');
  for (const path of ['/etc/link', '/etc/broken', '/etc/only-mode']) await changes.saveFile('step', path);
  unlinkSync(at('/etc/link'));
  writeFileSync(at('/etc/link'), 'a file in its place');
  unlinkSync(at('/etc/broken'));
  chmodSync(at('/etc/only-mode'), 0o777);
  await reopen();
  const restored = await changes.restoreFiles('step');
  expect(tree()).toEqual(before);
  expect(restored.map(({ path }) => path).sort()).toEqual(['/etc/a', '/etc/binary', '/etc/broken', '/etc/link', '/etc/new/deep/file', '/etc/new/other', '/etc/only-mode']);
  expect(restored.find(({ path }) => path === '/etc/a')?.diff).toContain('-through the link\n+old\n');
  expect(restored.find(({ path }) => path === '/etc/only-mode')?.diff).toMatch(/mode 0777.*\n.*mode 0600/);
  expect(await changes.restoreFiles('step')).toEqual([]);
});

test('a folder that others use by now stays, with their file', async () => {
  await write('/etc/new/file', 'x');
  put('/etc/new/theirs', 'y');
  await changes.restoreFiles('step');
  expect(readdirSync(at('/etc/new'))).toEqual(['theirs']);
});

test('what was saved is put back though its folder is gone', async () => {
  put('/etc/docker/daemon.json', '{}');
  await write('/etc/docker/daemon.json', '{"a": 1}');
  rmSync(at('/etc/docker'), { recursive: true });
  await changes.restoreFiles('step');
  expect(readFileSync(at('/etc/docker/daemon.json'), 'utf8')).toBe('{}');
});

test('what is remembered first stays, over restarts, until it is forgotten', async () => {
  await changes.remember('step', 'installed', ['a']);
  await changes.remember('step', 'installed', ['b']);
  await changes.remember('step', 'nothing', null);
  await reopen();
  expect(await changes.recall('step', 'installed')).toEqual(['a']);
  expect(await changes.recall('step', 'nothing')).toBeNull();
  expect([await changes.recall('step', 'toString'), await changes.recall('other', 'installed')]).toEqual([undefined, undefined]);
  await changes.forget('step');
  await changes.forget('step');
  expect(await changes.recall('step', 'installed')).toBeUndefined();
});

test('many at once are all remembered', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => changes.remember('step', `n${index}`, index)));
  await reopen();
  expect(await changes.recall('step', 'n19')).toBe(19);
  expect(await changes.recall('step', 'n0')).toBe(0);
  await changes.leave('step', 'n0');
  await reopen();
  expect([await changes.recall('step', 'n0'), await changes.recall('step', 'n1')]).toEqual([undefined, 1]);
});

test('steps that change one file after the other are taken back to what was before the first', async () => {
  put('/etc/a', '0');
  for (const step of ['one', 'two']) await writeHostFile({ root, changes } as SetupContext, step, { path: '/etc/a', content: step });
  await changes.restoreFiles('two');
  expect(readFileSync(at('/etc/a'), 'utf8')).toBe('one');
  await changes.restoreFiles('one');
  expect(readFileSync(at('/etc/a'), 'utf8')).toBe('0');
});

test('a crash between saving and writing, or amid either, loses nothing and leaves nothing behind', async () => {
  put('/etc/a', 'old');
  const before = tree();
  // Amid saving: the record was not in place yet.
  writeFileSync(freshName(join(folder, 'changes/step.json')), '{"files": {"/etc/a": {"kind"');
  await reopen();
  expect(await changes.restoreFiles('step')).toEqual([]);
  // Saved, not written.
  await changes.saveFile('step', '/etc/a');
  await changes.saveFile('step', '/etc/new/b');
  await reopen();
  expect(await changes.restoreFiles('step')).toEqual([]);
  // Amid writing: beside the old file lies a part of the new one.
  mkdirSync(at('/etc/new'));
  for (const path of ['/etc/a', '/etc/new/b']) writeFileSync(freshName(at(path)), 'ne');
  await reopen();
  await changes.restoreFiles('step');
  expect(tree()).toEqual(before);
  // Written, and the run goes on from its beginning.
  for (let round = 0; round < 2; round += 1) {
    await reopen();
    await write('/etc/a', `new ${round}`);
  }
  await changes.restoreFiles('step');
  expect(tree()).toEqual(before);
});

test('the record is closed to others, and one that cannot be read says so', async () => {
  await changes.remember('step', 'a', 1);
  const file = join(folder, 'changes/step.json');
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
  expect(lstatSync(dirname(file)).mode & 0o777).toBe(0o700);
  writeFileSync(file, '{');
  await expect(changes.recall('step', 'a')).rejects.toThrow(/step\.json.*cannot be read/);
});

test('what is no file is not written over, nor a link that leads in a circle', async () => {
  mkdirSync(at('/etc/folder'), { recursive: true });
  symlinkSync('circle', at('/etc/circle'));
  await expect(write('/etc/folder', 'x')).rejects.toMatchObject({ code: 'invalid' });
  await expect(write('/etc/circle', 'x')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('circle') });
  expect(existsSync(freshName(at('/etc/folder')))).toBe(false);
});

test('a file that somebody edited since is left, and told of; one that we wrote, or that is as it was, is put back', async () => {
  for (const path of ['/etc/edited', '/etc/ours', '/etc/theirs-again', '/etc/linked']) put(path, `old ${path}`);
  for (const path of ['/etc/edited', '/etc/ours', '/etc/theirs-again', '/etc/linked', '/etc/made']) await write(path, 'first');
  await write('/etc/ours', 'second');
  expect(await changes.editedFiles('step')).toEqual([]);
  put('/etc/edited', 'edited');
  put('/etc/made', 'edited too');
  put('/etc/theirs-again', 'old /etc/theirs-again');
  unlinkSync(at('/etc/linked'));
  symlinkSync('edited', at('/etc/linked'));
  await reopen();
  expect((await changes.editedFiles('step')).sort()).toEqual(['/etc/edited', '/etc/linked', '/etc/made']);
  expect((await changes.restoreFiles('step')).map(({ path }) => path)).toEqual(['/etc/ours']);
  expect([readFileSync(at('/etc/edited'), 'utf8'), readFileSync(at('/etc/made'), 'utf8'), readlinkSync(at('/etc/linked')), readFileSync(at('/etc/ours'), 'utf8')]).toEqual(['edited', 'edited too', 'edited', 'old /etc/ours']);
  await changes.leaveFile('step', '/etc/edited');
  expect((await changes.editedFiles('step')).sort()).toEqual(['/etc/linked', '/etc/made']);
});

test('a file that is made of what is there keeps counting as edited; one that is written whole does not', async () => {
  const writeMerged = (path: string, content: string) => writeHostFile({ root, changes } as SetupContext, 'step', { path, content, merged: true });
  for (const path of ['/etc/merged', '/etc/whole']) put(path, 'old');
  await writeMerged('/etc/merged', 'old+ours');
  await write('/etc/whole', 'ours');
  for (const path of ['/etc/merged', '/etc/whole']) put(path, 'edited');
  await writeMerged('/etc/merged', 'edited+ours');
  await write('/etc/whole', 'ours');
  expect(await changes.editedFiles('step')).toEqual(['/etc/merged']);
  await changes.restoreFiles('step');
  expect([readFileSync(at('/etc/merged'), 'utf8'), readFileSync(at('/etc/whole'), 'utf8')]).toEqual(['edited+ours', 'old']);
});
