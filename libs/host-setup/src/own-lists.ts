import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { repositoryChanges, repositoryFiles } from './engine-repository.ts';
import type { PackageManager, PackageManagerName } from './package-managers.ts';
import type { CommandOptions, CommandResult } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

/** How a package manager is asked so that nothing of the host changes; words come right behind the program's name. */
type Look = {
  /** By the lists that the host has; undefined where those that are missing would be fetched into their place. */
  here: string[] | undefined;
  /** By lists in `folder`; of the repositories in `sources`, if there are, in the place of the host's. */
  own: (folder: string, sources: string | undefined) => string[];
  /** Besides `own`: without fetching lists. */
  offline: string[];
  /** Where the host has its repositories. */
  sources: string;
};

// The set-up's own hold of the engine hides its other versions; what an administrator holds back is another matter.
const unheld = ['--setopt=excludepkgs=', '--disableplugin=versionlock'];

const looks: Partial<Record<PackageManagerName, Look>> = {
  'apt-get': {
    here: ['-o', 'Dir::Cache::pkgcache=', '-o', 'Dir::Cache::srcpkgcache='],
    own: (folder) => ['-c', join(folder, 'apt.conf')],
    offline: [],
    sources: '/etc/apt/sources.list.d',
  },
  dnf: {
    here: ['-C', ...unheld],
    own: (folder, sources) => ['-y', ...unheld, ...['cachedir', 'persistdir', 'logdir'].map((name) => `--setopt=${name}=${join(folder, name)}`), '--setopt=timeout=10', '--setopt=retries=1', ...(sources === undefined ? [] : [`--setopt=reposdir=${sources}`])],
    offline: ['-C'],
    sources: '/etc/yum.repos.d',
  },
  zypper: {
    here: undefined,
    own: (folder, sources) => ['--cache-dir', join(folder, 'cache'), ...(sources === undefined ? [] : ['--reposd-dir', sources])],
    offline: ['--no-refresh'],
    sources: '/etc/zypp/repos.d',
  },
};

/** What is said where lists were fetched in part only, though the program may end well. */
const lacking = /^(e: |w: (failed|some index|gpg error))|failed to (fetch|download)|errors during download|ignoring repositories|skipping repository|^>>> /i;
/** Somebody waits for it. */
const timeoutMs = 60_000;

/** The package manager as it goes by the lists that the host has, changing none; undefined where it cannot. */
export function withListsHere(ctx: SetupContext, manager: PackageManager): PackageManager | undefined {
  const look = lookOf(ctx);
  return look?.here && withWords(manager, look.here);
}

export type OwnLists = {
  /** The package manager as it goes by these lists. */
  manager: PackageManager;
  /** What was said of a repository that could not be asked; undefined: all were, so what is not in these lists there is not. */
  lacks: string | undefined;
};

/**
 * Has `work` look into lists that were fetched for it, of the host's repositories and the profile's: they lie in a folder that is gone afterwards, and the
 * host stays as it is. Gives back undefined where the package manager cannot do that.
 */
export async function withOwnLists<T>(ctx: SetupContext, manager: PackageManager, work: (lists: OwnLists) => Promise<T>): Promise<T | undefined> {
  const look = lookOf(ctx);
  if (look === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'novadock-lists-'));
  try {
    // apt fetches as a user of its own.
    await chmod(folder, 0o755);
    for (const name of ['lists', 'cache']) await mkdir(join(folder, name));
    const sources = await copySources(ctx, look, folder);
    await writeFile(join(folder, 'apt.conf'), aptConf(folder, sources));
    const words = look.own(folder, sources);
    const refresh = await run(ctx, withWord(manager.refresh, words), { env: { ZYPP_LOGFILE: join(folder, 'zypper.log') }, timeoutMs });
    return await work({ manager: withWords(manager, [...words, ...look.offline]), lacks: whatLacks(refresh) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function whatLacks({ code, output }: CommandResult): string | undefined {
  const lines = output.trim().split('\n');
  return lines.find((line) => lacking.test(line)) ?? (code === 0 ? undefined : lines.at(-1));
}

function lookOf({ host }: SetupContext): Look | undefined {
  return host.packageManager === undefined ? undefined : looks[host.packageManager];
}

/** The host's repositories with the profile's as they will be; undefined where that is how they are. */
async function copySources(ctx: SetupContext, { sources }: Look, folder: string): Promise<string | undefined> {
  const files = repositoryFiles(ctx);
  if (files === undefined || (await repositoryChanges(ctx)).length === 0) return undefined;
  const copy = join(folder, 'sources');
  await mkdir(copy);
  for (const name of await readdir(join(ctx.root, sources)).catch(() => [])) {
    const content = await readFile(join(ctx.root, sources, name)).catch(() => undefined);
    if (content !== undefined) await writeFile(join(copy, name), content);
  }
  const key = join(folder, 'key.asc');
  await writeFile(key, files.key.content);
  // Whether the lists of RPM repositories are signed is found out when they are set up, and zypper takes no key but into the host's own ring. Nothing is installed from these.
  const content = files.source.content.replace(files.key.path, key).replace(/^(\w*gpgcheck)=1$/gm, '$1=0');
  await writeFile(join(copy, basename(files.source.path)), content);
  return copy;
}

/** apt.conf(5). Its hooks speak to others about the host's own lists. */
function aptConf(folder: string, sources: string | undefined): string {
  return [
    ...['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((hook) => `#clear APT::Update::${hook};`),
    `Dir::State::lists "${join(folder, 'lists')}/";`,
    `Dir::Cache "${join(folder, 'cache')}/";`,
    ...(sources === undefined ? [] : [`Dir::Etc::sourceparts "${sources}/";`]),
    'Acquire::Languages "none";',
    '',
  ].join('\n');
}

function withWords(manager: PackageManager, words: string[]): PackageManager {
  return { ...manager, find: withWord(manager.find, words), versions: withWord(manager.versions, words) };
}

function withWord([program = '', ...args]: string[], words: string[]): string[] {
  return [program, ...words, ...args];
}

function run(ctx: SetupContext, [program = '', ...args]: string[], options: CommandOptions) {
  return ctx.run(program, args, { ...options, isProbe: true });
}
