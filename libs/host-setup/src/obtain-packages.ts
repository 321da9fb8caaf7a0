import type { CloudError } from '@novadock/model';
import { choosePackages, nothingToInstall } from './choose-packages.ts';
import { distrusted, rememberSigned, takeUnsigned } from './distrust-repository.ts';
import { fetchedFolder, fetchPackages, readFetched, type Fetched } from './fetch-packages.ts';
import type { Need } from './look-at-packages.ts';
import type { PackageManager } from './package-managers.ts';
import { packageFailure, runPackageManager } from './run-package-manager.ts';
import type { SetupContext } from './setup-step.ts';

/** What a package manager says when its lists are too old, or not there yet, to find a package. */
const staleLists = /unable to locate package|no installation candidate|404 +not found|failed to fetch|unable to fetch|no match for argument|not found in package names|no such package|unable to select packages|version .* was not found|cache-only|no cache for/i;

export type Wanted = {
  needs: Need[];
  /** An engine that is there is replaced by another version. */
  change: boolean;
  /** Versions of what is installed, by name. */
  installed: Map<string, string>;
  checkRoom: boolean;
  /** What was said when the lists were fetched in this run; undefined where they were not. */
  lists: string | undefined;
};

/**
 * Downloads what the profile wants for `needs`, with all that comes with it, unless an earlier run did; installs nothing. Where the package
 * manager cannot do that, `files` is empty. Throws REPOSITORY_NOT_TRUSTED, DISK_FULL, and what package managers say.
 */
export async function obtainPackages(ctx: SetupContext, manager: PackageManager, wanted: Wanted): Promise<Fetched> {
  const purpose = purposeOf(ctx, wanted);
  const { byFolder } = manager;
  const ready = byFolder === undefined ? undefined : await readFetched(ctx, purpose);
  if (ready !== undefined) return ready;
  const { names, lists } = await findNames(ctx, manager, wanted);
  const words = [...(wanted.change ? manager.otherVersion : []), ...names];
  if (byFolder === undefined) return { purpose, words, files: [] };
  const fetch = () => fetchPackages(ctx, byFolder, { purpose, words, checkRoom: wanted.checkRoom });
  const first = await fetch();
  if ('fetched' in first) return first.fetched;
  const isStale = lists === undefined && staleLists.test(first.failed.output);
  const refreshed = isStale ? await refreshLists(ctx, manager, wanted.installed) : (lists ?? '');
  const result = isStale ? await fetch() : first;
  if ('fetched' in result) return result.fetched;
  const [command, { code, output }] = [byFolder.fetch(fetchedFolder(ctx)), result.failed];
  // Why a list was not fetched is in what the refresh said.
  throw (await distrusted(ctx, { command, code, output, installed: wanted.installed })) ?? packageFailure([...command, ...words], `${refreshed}\n${output}`);
}

/** What an earlier run downloaded for the same, and is whole; undefined for nothing. */
export function readObtained(ctx: SetupContext, wanted: Pick<Wanted, 'needs' | 'change'>): Promise<Fetched | undefined> {
  return readFetched(ctx, purposeOf(ctx, wanted));
}

/** What to install, as the lists have it; `lists` is what was said when they were fetched, undefined where the old ones do. */
async function findNames(ctx: SetupContext, manager: PackageManager, wanted: Wanted): Promise<{ names: string[]; lists: string | undefined }> {
  // Of a repository that has just been added the lists are not there yet.
  let lists = wanted.lists ?? (wanted.needs.includes('dockerd') && ctx.profile.engine.source === 'docker-ce' ? await refreshLists(ctx, manager, wanted.installed) : undefined);
  let names = await choosePackages(ctx, manager, wanted.needs);
  if (names === undefined) {
    lists ??= await refreshLists(ctx, manager, wanted.installed);
    names = await choosePackages(ctx, manager, wanted.needs);
  }
  if (names === undefined) throw await nothingToInstall(ctx, manager);
  return { names, lists };
}

/** Installs what was obtained; gives back why that failed. */
export async function installObtained(ctx: SetupContext, manager: PackageManager, { words }: Fetched): Promise<CloudError | undefined> {
  const online = [...manager.install, ...words];
  const command = manager.byFolder === undefined ? online : [...manager.byFolder.install(fetchedFolder(ctx)), ...words];
  let result = await runPackageManager(ctx, command);
  if (result.code !== 0 && staleLists.test(result.output)) {
    await runPackageManager(ctx, manager.refresh);
    result = await runPackageManager(ctx, online);
  }
  return result.code === 0 ? undefined : packageFailure(command, result.output);
}

/** Another profile, or other packages that are missing, wants something else. */
function purposeOf({ profile: { engine } }: SetupContext, { needs, change }: Pick<Wanted, 'needs' | 'change'>): string {
  return JSON.stringify([engine.source, engine.version, engine.repository ?? null, needs.toSorted(), change]);
}

/** Fetches the lists of all repositories; gives back what was said. Throws REPOSITORY_NOT_TRUSTED, and what the package manager says. */
export async function refreshLists(ctx: SetupContext, manager: PackageManager, installed: Map<string, string>): Promise<string> {
  const result = await runPackageManager(ctx, manager.refresh);
  if (await takeUnsigned(ctx, result.output)) return refreshLists(ctx, manager, installed);
  const error = await distrusted(ctx, { command: manager.refresh, ...result, installed });
  if (error !== undefined) throw error;
  if (result.code !== 0) throw packageFailure(manager.refresh, result.output);
  await rememberSigned(ctx);
  return result.output;
}
