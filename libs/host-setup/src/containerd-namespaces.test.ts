import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { containerdNamespaces } from './containerd-namespaces.ts';
import { metaOf } from './testing/containerd-meta.ts';

let file: string;
beforeEach(() => void (file = join(mkdtempSync(join(tmpdir(), 'ndm-')), 'meta.db')));
afterEach(() => rmSync(join(file, '..'), { recursive: true }));

async function namespacesIn(bytes: Buffer): Promise<string[]> {
  writeFileSync(file, bytes);
  return containerdNamespaces(file);
}

test('the namespaces are read, on one page and on several', async () => {
  expect(await namespacesIn(metaOf('engine'))).toEqual(['moby', 'plugins.moby']);
  const several = await namespacesIn(metaOf('several'));
  expect(several).toHaveLength(62);
  expect(several).toEqual(expect.arrayContaining(['moby', 'k8s.io', `${'x'.repeat(60)}-1`, `${'x'.repeat(60)}-60`]));
});

test('where there is no file there are none', async () => {
  expect(await containerdNamespaces(file)).toEqual([]);
});

test('a first page that is half written leaves the other one to go by', async () => {
  const bytes = metaOf('several');
  const newest = bytes.readBigUInt64LE(64) > bytes.readBigUInt64LE(4096 + 64) ? 0 : 4096;
  bytes.fill(0, newest + 40, newest + 60);
  // The transaction before the last: it made one namespace less at most.
  expect((await namespacesIn(bytes)).length).toBeGreaterThanOrEqual(61);
});

test.each([
  ['is empty', Buffer.alloc(0)],
  ['is another one', Buffer.alloc(32_768, 'x')],
  ['is cut off', metaOf('several').subarray(0, 8192)],
])('a file that %s is not taken for one without namespaces', async (_, bytes) => {
  await expect(namespacesIn(bytes)).rejects.toThrow();
});
