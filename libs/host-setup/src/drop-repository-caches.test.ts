import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropRepositoryCaches } from './drop-repository-caches.ts';
import { createFolderContext } from './testing/setup-context.ts';

test("what is kept of the profile's repository goes, of others it stays", async () => {
  const { ctx, remove } = await createFolderContext();
  const [ours, others] = [
    ['/var/cache/dnf/novadock-docker-0a1b', '/var/cache/zypp/raw/novadock-docker', '/var/cache/zypp/solv/novadock-docker'],
    ['/var/cache/dnf/base-0a1b', '/var/cache/zypp/raw/base'],
  ];
  for (const folder of [...ours, ...others]) mkdirSync(join(ctx.root, folder, 'repodata'), { recursive: true });
  await dropRepositoryCaches(ctx);
  expect([...ours, ...others].filter((folder) => existsSync(join(ctx.root, folder)))).toEqual(others);
  await remove();
});
