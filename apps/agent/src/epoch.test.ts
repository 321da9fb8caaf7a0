import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEpoch } from './epoch.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'nda-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a lower epoch is refused, also after a restart of the agent', async () => {
  const file = join(folder, 'epoch');
  const epoch = await openEpoch(file);
  await Promise.all([epoch.accept(4), epoch.accept(4), epoch.accept(7), epoch.accept(7)]);
  expect(readFileSync(file, 'utf8')).toBe('7');
  await expect(epoch.accept(6)).rejects.toMatchObject({ code: 'conflict', reason: 'staleEpoch' });
  const again = await openEpoch(file);
  await expect(again.accept(6)).rejects.toMatchObject({ reason: 'staleEpoch' });
  await again.accept(7);
});

test('an epoch that cannot be kept is not accepted, and can be later', async () => {
  const epoch = await openEpoch(join(folder, 'later', 'epoch'));
  await expect(epoch.accept(1)).rejects.toThrow(/ENOENT/);
  await expect(epoch.accept(1)).rejects.toThrow(/ENOENT/);
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(folder, 'later'));
  await epoch.accept(1);
});

test('whoever is superseded is told, and nobody else', async () => {
  const epoch = await openEpoch(join(folder, 'epoch'));
  const [first, again] = [await epoch.accept(1), await epoch.accept(1)];
  expect(first.aborted).toBe(false);
  const second = await epoch.accept(2);
  expect(first.reason).toMatchObject({ code: 'conflict', reason: 'staleEpoch' });
  expect(again.aborted).toBe(true);
  expect(second.aborted).toBe(false);
});

test('an epoch that is accepted is on disk with its name, so that no power cut takes it back', async () => {
  const handle = await open(folder, 'r');
  await handle.close();
  const seen: string[] = [];
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  const { sync } = prototype;
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    seen.push((await this.stat()).isDirectory() ? `folder with ${readFileSync(join(folder, 'epoch'), 'utf8')}` : 'file');
    return sync.call(this);
  });
  try {
    await (await openEpoch(join(folder, 'epoch'))).accept(3);
    expect(seen).toEqual(['file', 'folder with 3']);
  } finally {
    spy.mockRestore();
  }
});
