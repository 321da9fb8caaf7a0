import { CloudError } from '@novadock/model';
import type { Need, Packages } from './look-at-packages.ts';
import { matchVersion } from './match-version.ts';
import type { PackageManager } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';

/** A package to install; the version is undefined where the package manager's choice will do. */
export type Chosen = { name: string; version: string | undefined };

/** What to tell the package manager to install for `needs`, with versions where the profile says which; undefined when its lists do not have it. */
export async function choosePackages(ctx: SetupContext, manager: PackageManager, needs: Need[]): Promise<string[] | undefined> {
  const engine = needs.includes('dockerd') ? await chooseEngine(ctx, manager) : [];
  if (engine === undefined) return undefined;
  const pinned = engine.map(({ name, version }) => (version === undefined ? name : manager.pin(name, version)));
  return [...pinned, ...needs.flatMap((need) => (need === 'dockerd' ? [] : [manager.tools[need]]))];
}

/** The packages that make the profile's engine, by the lists that `manager` asks; undefined when these do not have it. */
export async function chooseEngine(ctx: SetupContext, manager: PackageManager): Promise<Chosen[] | undefined> {
  const { version } = ctx.profile.engine;
  const packages = await findEngine(ctx, manager);
  if (packages === undefined || version === '') return packages?.map((name) => ({ name, version: undefined }));
  const [first = '', ...others] = packages;
  const wanted = matchVersion(await listVersions(ctx, manager, first), version);
  if (wanted === undefined) return undefined;
  const chosen: Chosen[] = [{ name: first, version: wanted }];
  // Those that have no such version, such as containerd.io, come as their newest.
  for (const name of others) chosen.push({ name, version: (await listVersions(ctx, manager, name)).includes(wanted) ? wanted : undefined });
  return chosen;
}

async function findEngine(ctx: SetupContext, manager: PackageManager): Promise<string[] | undefined> {
  if (ctx.profile.engine.source === 'docker-ce') return manager.dockerCe;
  const [only, ...others] = manager.engines;
  if (only !== undefined && others.length === 0) return only;
  for (const packages of manager.engines) {
    const [command = '', ...args] = manager.find;
    const found = await ctx.run(command, [...args, packages[0] ?? ''], { isProbe: true });
    if (found.code === 0 && found.stdout.trim() !== '') return packages;
  }
  return undefined;
}

async function listVersions(ctx: SetupContext, manager: PackageManager, name: string): Promise<string[]> {
  const [command = '', ...args] = manager.versions;
  return [...new Set(manager.toVersions((await ctx.run(command, [...args, name], { isProbe: true })).stdout))];
}

/** PACKAGE_NOT_FOUND: says what the repositories have instead of what was looked for. */
export async function nothingToInstall(ctx: SetupContext, manager: PackageManager): Promise<CloudError> {
  const { source, version } = ctx.profile.engine;
  const tried = source === 'docker-ce' ? manager.dockerCe.slice(0, 1) : manager.engines.flatMap((packages) => packages[0] ?? []);
  const versions = version === '' ? [] : (await Promise.all(tried.map((name) => listVersions(ctx, manager, name)))).flat();
  if (versions.length > 0) return new CloudError('invalid', `The repositories of this host have no ${tried.join(' or ')} ${version}; they have ${versions.slice(0, 10).join(', ')}. Change engine.version of the profile, or the repositories, then run the set-up again`, { reason: 'PACKAGE_NOT_FOUND' });
  return new CloudError('invalid', `No repository of this host has a Docker Engine${version === '' ? '' : ` ${version}`} (looked for ${tried.join(', ')}). Add Docker's own repository to the profile, https://docs.docker.com/engine/install/, then run the set-up again`, { reason: 'PACKAGE_NOT_FOUND' });
}

/** Whether the engine's package is of another version than the profile says. */
export function isOtherVersion(ctx: SetupContext, { engine }: Packages): boolean {
  const { source, version } = ctx.profile.engine;
  return source !== 'present' && version !== '' && engine !== undefined && matchVersion([engine.version], version) === undefined;
}
