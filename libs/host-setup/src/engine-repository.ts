import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError, type FileChange, type PackageRepository } from '@novadock/model';
import { fileChange } from './file-change.ts';
import { orMissing } from './or-missing.ts';
import type { SetupContext } from './setup-step.ts';

/** What the profile's repository is called on a host. */
export const repositoryId = 'novadock-docker';

type RepositoryFile = { path: string; content: string };
/** `unsigned`: what the source is where the repository signs its packages only. */
type RepositoryFiles = { key: RepositoryFile; source: RepositoryFile; unsigned?: RepositoryFile };

/** The files that make the profile's repository known to the package manager, with the one key that its packages have to be signed with; none without one. */
export function repositoryFiles(ctx: SetupContext): RepositoryFiles | undefined {
  const { repository, source } = ctx.profile.engine;
  if (source !== 'docker-ce' || repository === undefined) return undefined;
  const content = `${repository.key.trim()}\n`;
  switch (ctx.host.packageManager) {
    case 'apt-get': {
      const key = { path: `/etc/apt/keyrings/${repositoryId}.asc`, content };
      return { key, source: { path: `/etc/apt/sources.list.d/${repositoryId}.sources`, content: aptSource(ctx, repository, key.path) } };
    }
    case 'dnf':
    case 'yum':
    case 'zypper': {
      const key = { path: `/etc/pki/rpm-gpg/RPM-GPG-KEY-${repositoryId}`, content };
      const folder = ctx.host.packageManager === 'zypper' ? '/etc/zypp/repos.d' : '/etc/yum.repos.d';
      const source = (isSigned: boolean) => ({ path: `${folder}/${repositoryId}.repo`, content: rpmSource(repository, key.path, isSigned) });
      return { key, source: source(true), unsigned: source(false) };
    }
    default:
      throw new CloudError('invalid', `Docker has no packages for ${ctx.host.operatingSystem}. Set engine.source of the profile to distribution`);
  }
}

/** What of them is to be written. */
export async function repositoryChanges(ctx: SetupContext): Promise<{ file: RepositoryFile; change: FileChange }[]> {
  const files = repositoryFiles(ctx);
  if (files === undefined) return [];
  const changes = await Promise.all([files.key, files.source].map(async (file) => {
    const before = await readFile(join(ctx.root, file.path), 'utf8').catch(orMissing);
    const isThere = before !== undefined && [file.content, ...(file === files.source ? [files.unsigned?.content] : [])].includes(before);
    return isThere ? [] : [{ file, change: fileChange(file.path, before, file.content) }];
  }));
  return changes.flat();
}

/** sources.list(5), the deb822 style: Signed-By lets this key speak for this repository only. */
function aptSource(ctx: SetupContext, repository: PackageRepository, keyPath: string): string {
  const codename = repository.codename === '' ? ctx.host.codename : repository.codename;
  if (codename === '') throw new CloudError('invalid', `${ctx.host.operatingSystem} names no codename of itself. Set engine.repository.codename of the profile, such as bookworm`);
  const fields = { Types: 'deb', URIs: repository.url, Suites: codename, Components: repository.channel, Architectures: ctx.host.architecture, 'Signed-By': keyPath };
  return ['# Written by Novadock (docs/host-setup.md).', ...Object.entries(fields).map(([key, value]) => `${key}: ${value}`), ''].join('\n');
}

/**
 * dnf.conf(5), yum.conf(5) and libzypp's zypp.conf, repo options; the layout is Docker's own. With `gpgcheck` each package has to be signed; with
 * `repo_gpgcheck` also the list of them (repomd.xml.asc), or an older one could be shown for the newest.
 */
function rpmSource(repository: PackageRepository, keyPath: string, isSigned: boolean): string {
  const baseurl = `${repository.url.replace(/\/$/, '')}/$releasever/$basearch/${repository.channel}`;
  return ['# Written by Novadock (docs/host-setup.md).', `[${repositoryId}]`, 'name=Docker, by Novadock', `baseurl=${baseurl}`, 'enabled=1', 'autorefresh=1', 'gpgcheck=1', 'pkg_gpgcheck=1', `repo_gpgcheck=${isSigned ? 1 : 0}`, `gpgkey=file://${keyPath}`, ''].join('\n');
}
