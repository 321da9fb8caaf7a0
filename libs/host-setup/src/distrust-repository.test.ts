import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { refreshLists } from './obtain-packages.ts';
import { packageManagers } from './package-managers.ts';
import { repositoryChanges } from './engine-repository.ts';
import { writeHostFile } from './write-host-file.ts';

const repository = { url: 'https://mirror.example/linux/rhel', key: 'KEY', codename: '', channel: 'stable' };
const source = '/etc/yum.repos.d/novadock-docker.repo';
let host: FakeHost;
afterEach(() => host.remove());

/** A host with the repository just made known; what dnf says of it in turn. */
async function dnfHost(...says: string[]): Promise<void> {
  host = await createFakeHost({ osRelease: 'ID=rocky\nVERSION_ID="9.4"\n', profile: { engine: { source: 'docker-ce', repository } }, files: { '/usr/bin/dnf': '' } });
  // dnf leaves a repository out, and ends well.
  host.programs['dnf'] = () => ({ output: says.shift() ?? 'Importing GPG key 0x1:\nMetadata cache created.' });
  for (const { file } of await repositoryChanges(host.ctx)) await writeHostFile(host.ctx, 'packages', file);
}
const refresh = () => refreshLists(host.ctx, packageManagers.dnf, new Map());
const unsigned = "Error: Failed to download metadata for repo 'novadock-docker': GPG verification is enabled, but GPG signature is not available.\nIgnoring repositories: novadock-docker";
const bad = "Error: Failed to download metadata for repo 'novadock-docker': repomd.xml GPG signature verification error: Bad GPG signature\nIgnoring repositories: novadock-docker";

test('of a repository without a signed list the packages have to be signed, and that is no change to be made again', async () => {
  await dnfHost(unsigned);
  await refresh();
  expect(host.read(source)).toMatch(/\ngpgcheck=1\n[^]*\nrepo_gpgcheck=0\n/);
  expect(await repositoryChanges(host.ctx)).toEqual([]);
});

test.each([['is gone', unsigned], ['is of another key', bad]])('a signature that was there once and %s is not made do without', async (_, says) => {
  await dnfHost();
  await refresh();
  expect(host.read(source)).toContain('repo_gpgcheck=1');
  host.programs['dnf'] = () => ({ output: says });
  await expect(refresh()).rejects.toMatchObject({ code: 'invalid', reason: 'REPOSITORY_NOT_TRUSTED' });
  expect(existsSync(join(host.ctx.root, source))).toBe(false);
});

test('a list of another key is refused from the beginning, and the key that was taken in goes', async () => {
  await dnfHost(bad);
  host.packages.set('gpg-pubkey', '039c7771-6b0365b1');
  await expect(refresh()).rejects.toMatchObject({ reason: 'REPOSITORY_NOT_TRUSTED' });
  expect(host.commands).toContain('rpm -e gpg-pubkey-039c7771-6b0365b1');
});
