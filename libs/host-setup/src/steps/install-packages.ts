import { access, mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CloudError } from '@novadock/model';
import { assertEngineFits } from '../assert-engine-fits.ts';
import { assertRestartHarmless } from '../assert-restart-harmless.ts';
import { assertUndisturbed } from '../assert-undisturbed.ts';
import { choosePackages, isOtherVersion, nothingToInstall } from '../choose-packages.ts';
import { dropUnitLinks } from '../drop-unit-links.ts';
import { engineAnswers } from '../engine-answers.ts';
import { engineIdentity } from '../engine-identity.ts';
import { engineIsOurs } from '../engine-is-ours.ts';
import { repositoryChanges, repositoryFiles } from '../engine-repository.ts';
import { findProgram } from '../find-program.ts';
import { holdPackages, notHeld, releaseInEdited, releasePackages } from '../hold-packages.ts';
import { lastLines } from '../last-lines.ts';
import { byHand, engineInTheWay, listInstalled, lookAtPackages, type Need, type Packages } from '../look-at-packages.ts';
import type { PackageManager } from '../package-managers.ts';
import { emptyFolder, removePackages, whatDataHolds } from '../remove-packages.ts';
import { restartEngine } from '../restart-engine.ts';
import { mendPackages, packageFailure, runPackageManager } from '../run-package-manager.ts';
import { runOrThrow } from '../run-or-throw.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';
import { rememberDockerGroup } from './fill-docker-group.ts';

const name = 'packages';
/** Folders that an engine makes and that its packages leave behind. */
const engineFolders = ['/var/lib/containerd', '/etc/docker', '/etc/containerd', '/opt/containerd'];
/** Those that it makes for what others put there: they go when nobody did, the inner one first. */
const sharedFolders = ['/etc/cni/net.d', '/etc/cni', '/opt/cni/bin', '/opt/cni'];

/** The profile's Docker Engine, nft and ip are on the host; an engine that is there already and fits is left as it is. */
export const installPackages: SetupStep = {
  name,
  title: 'Docker Engine and network tools',

  async check(ctx) {
    if (await engineAnswers(ctx.connect)) await assertEngineFits(ctx.connect);
    const packages = await lookAtPackages(ctx);
    const inTheWay = engineInTheWay(ctx, packages);
    if (inTheWay !== undefined) throw new CloudError('conflict', `${inTheWay}, then run the set-up again`);
    if (ctx.profile.engine.source === 'present') return checkPresent(packages);
    const todo = await findWork(ctx, packages);
    if (todo.length === 0) return { ok: true, detail: `${describe(packages)}, nft and ip are installed` };
    if (isOtherVersion(ctx, packages) && (await engineAnswers(ctx.connect))) await assertMayChange(ctx);
    const files = (await repositoryChanges(ctx)).map(({ change }) => change);
    return { ok: false, why: todo.map(({ why }) => why).join('; '), todo: todo.map((work) => work.todo).join(', '), files };
  },

  async apply(ctx) {
    const packages = await lookAtPackages(ctx);
    const { manager, missing } = packages;
    if (manager === undefined) throw new CloudError('invalid', `Novadock cannot install packages on ${ctx.host.operatingSystem}. ${byHand(missing)}`);
    await rememberHost(ctx);
    const run = await rememberRun(ctx, packages.installed.versions);
    try {
      if (!(await engineAnswers(ctx.connect))) await holdStart(ctx);
      if (packages.installed.broken.length > 0) await mendPackages(ctx);
      await addRepository(ctx);
      await installAll(ctx, manager, packages);
    } finally {
      await startFreely(ctx);
      await ctx.changes.remember(name, `after ${run}`, [...(await listInstalled(ctx, manager)).versions.keys()]);
    }
    const { versions } = await listInstalled(ctx, manager);
    await holdPackages(ctx, await toHold(ctx, manager, versions), versions);
  },

  async undo(ctx) {
    const { manager, installed } = await lookAtPackages(ctx);
    const added = await addedPackages(ctx, [...installed.versions.keys(), ...installed.broken]);
    const held = await whatDataHolds(ctx);
    const keepData = held !== '';
    if (manager !== undefined) await releasePackages(ctx, added.filter((one) => manager.held.includes(one)));
    await stopContainerd(ctx, added);
    const removed = manager === undefined || added.length === 0 ? [] : await removePackages(ctx, manager, { names: added, keepData });
    if (added.length > 0) await dropUnitLinks(ctx);
    const released = await releaseInEdited(ctx);
    const restored = await ctx.changes.restoreFiles(name);
    await removeFolders(ctx, keepData);
    await startFreely(ctx);
    const kept = keepData && removed.length > 0 ? [`kept ${ctx.paths.engineData}: it holds ${held}`] : [];
    return [...(removed.length === 0 ? [] : [`removed ${removed.length} packages: ${removed.join(' ')}`]), ...restored.map(({ path }) => `put ${path} back as it was`), ...released, ...kept].join('; ');
  },
};

function checkPresent({ missing }: Packages) {
  if (missing.length > 0) throw new CloudError('invalid', `The profile says that the engine is present, so no package is touched here, and there is no ${missing.join(', ')}. ${byHand(missing)}`);
  return { ok: true, detail: 'the engine that is here is kept; no package is touched' } as const;
}

function describe({ engine }: Packages): string {
  return engine === undefined ? 'dockerd' : `${engine.name} ${engine.version}`;
}

type Work = { why: string; todo: string };

async function findWork(ctx: SetupContext, packages: Packages): Promise<Work[]> {
  const { manager, missing } = packages;
  if (manager === undefined) return missing.length === 0 ? [] : [{ why: `missing: ${missing.join(', ')}`, todo: byHand(missing) }];
  const install = missing.length === 0 ? [] : [{ why: `missing: ${missing.join(', ')}`, todo: sayInstall(ctx, manager, missing) }];
  return [...install, ...findEngineWork(ctx, packages, manager), ...(await findKeeping(ctx, packages, manager))];
}

function findEngineWork(ctx: SetupContext, packages: Packages, manager: PackageManager): Work[] {
  const { installed: { broken }, engine, missing } = packages;
  const { version } = ctx.profile.engine;
  if (engine === undefined && !missing.includes('dockerd') && version !== '') {
    throw new CloudError('invalid', `The profile wants the engine ${version}, and the one here came with no package, so that its version cannot be set. Remove it, or set engine.source of the profile to present`);
  }
  const other = isOtherVersion(ctx, packages) ? [{ why: `${describe(packages)} is not ${version}`, todo: `put ${engine?.name} ${version} in its place with ${manager.install[0]}` }] : [];
  const cutOff = broken.length > 0 ? [{ why: `an installation was cut off: ${broken.slice(0, 5).join(', ')}`, todo: 'bring it to its end' }] : [];
  return [...other, ...cutOff];
}

async function findKeeping(ctx: SetupContext, { installed }: Packages, manager: PackageManager): Promise<Work[]> {
  const work: Work[] = [];
  if ((await repositoryChanges(ctx)).length > 0) work.push({ why: "the profile's repository is not set up", todo: `add the repository ${ctx.profile.engine.repository?.url}, signed with its key` });
  const loose = await notHeld(ctx, await toHold(ctx, manager, installed.versions));
  if (loose.length > 0) work.push({ why: `nothing keeps the version of ${loose.join(', ')}`, todo: `hold ${loose.join(', ')}` });
  if (await startIsHeld(ctx)) work.push({ why: 'a run that was cut off keeps the engine from starting', todo: 'let it start' });
  return work;
}

function sayInstall(ctx: SetupContext, manager: PackageManager, missing: Need[]): string {
  const { source, version } = ctx.profile.engine;
  const engines = source === 'docker-ce' ? manager.dockerCe.slice(0, 1) : manager.engines.map((packages) => packages[0]);
  // The repositories are asked when it is done: before that, asking may mean to download their lists.
  const names = missing.map((need) => (need === 'dockerd' ? `${engines.join(' or ')}${version === '' ? '' : ` ${version}`}` : manager.tools[need]));
  return `install ${names.join(', ')} with ${manager.install[0]} from ${source === 'docker-ce' ? ctx.profile.engine.repository?.url : manager.source}`;
}

/** Those that the set-up decides the version of: the profile names one, or there would be no engine without it. */
async function toHold(ctx: SetupContext, manager: PackageManager, versions: Map<string, string>): Promise<string[]> {
  const wanted = ctx.profile.engine.version !== '' || (await engineIsOurs(ctx));
  return wanted ? manager.held.filter((one) => versions.has(one)) : [];
}

async function rememberHost(ctx: SetupContext): Promise<void> {
  await rememberDockerGroup(ctx);
  await ctx.changes.remember(name, 'hadEngine', (await findProgram({ root: ctx.root, name: 'dockerd' })) || (await engineAnswers(ctx.connect)));
  for (const folder of [ctx.paths.engineData, ...engineFolders, ...sharedFolders]) {
    const entries = await readdir(join(ctx.root, folder)).catch(() => undefined);
    const mode = entries === undefined ? 0 : (await stat(join(ctx.root, folder))).mode & 0o7777;
    await ctx.changes.remember(name, `folder ${folder}`, { was: entries === undefined ? 'missing' : entries.length === 0 ? 'empty' : 'used', mode });
  }
}

/** A run's number, after what is installed at its beginning has been remembered: what is there at its end besides is what it installed. */
async function rememberRun(ctx: SetupContext, versions: Map<string, string>): Promise<number> {
  let run = 1;
  while ((await ctx.changes.recall(name, `before ${run}`)) !== undefined) run += 1;
  await ctx.changes.remember(name, `before ${run}`, [...versions.keys()]);
  return run;
}

/** What all runs installed. For one that was cut off, what the next one found counts, or what is there now. */
async function addedPackages(ctx: SetupContext, now: string[]): Promise<string[]> {
  const added = new Set<string>();
  for (let run = 1; ; run += 1) {
    const before = await ctx.changes.recall(name, `before ${run}`);
    if (before === undefined) return [...added];
    const after = (await ctx.changes.recall(name, `after ${run}`)) ?? (await ctx.changes.recall(name, `before ${run + 1}`)) ?? now;
    const known = new Set(before as string[]);
    for (const one of after as string[]) if (!known.has(one)) added.add(one);
  }
}

async function addRepository(ctx: SetupContext): Promise<void> {
  for (const { file } of await repositoryChanges(ctx)) await writeHostFile(ctx, name, { ...file, mode: 0o644 });
  const key = repositoryFiles(ctx)?.key;
  // apt and dnf go by the file; zypper would ask, or with an option take what the repository itself offers.
  if (key !== undefined && ctx.host.packageManager === 'zypper') await runOrThrow(ctx.run, 'rpmkeys', ['--import', key.path]);
}

/** What a package manager says when its lists are too old, or not there yet, to find a package. */
const staleLists = /unable to locate package|no installation candidate|404 +not found|failed to fetch|unable to fetch|no match for argument|not found in package names|no such package|unable to select packages|version .* was not found/i;

async function installAll(ctx: SetupContext, manager: PackageManager, packages: Packages): Promise<void> {
  const change = isOtherVersion(ctx, packages);
  const needs = [...new Set([...packages.missing, ...(change ? (['dockerd'] as const) : [])])];
  if (needs.length === 0) return;
  const answers = await engineAnswers(ctx.connect);
  const [ran, engine] = [change && answers ? await assertMayChange(ctx) : [], await engineIdentity(ctx)];
  if (change) await releasePackages(ctx, manager.held.filter((one) => packages.installed.versions.has(one)));
  await install(ctx, manager, needs, change);
  if (!change || !answers) return;
  if (engine !== undefined && (await engineIdentity(ctx)) === engine) await restartEngine(ctx);
  await assertUndisturbed(ctx, ran);
}

async function install(ctx: SetupContext, manager: PackageManager, needs: Need[], change: boolean): Promise<void> {
  // Of a repository that has just been added the lists are not there yet.
  let lists = needs.includes('dockerd') && ctx.profile.engine.source === 'docker-ce' ? await refresh(ctx, manager) : undefined;
  let names = await choosePackages(ctx, manager, needs);
  if (names === undefined) {
    lists ??= await refresh(ctx, manager);
    names = await choosePackages(ctx, manager, needs);
  }
  if (names === undefined) throw await nothingToInstall(ctx, manager);
  const command = [...manager.install, ...(change ? manager.otherVersion : []), ...names];
  let result = await runPackageManager(ctx, command);
  if (result.code !== 0 && staleLists.test(result.output)) {
    lists ??= await refresh(ctx, manager);
    result = await runPackageManager(ctx, command);
  }
  if (result.code === 0) return;
  // Why a list was not fetched is in what the refresh said.
  throw packageFailure(command, `${lists ?? ''}\n${result.output}`);
}

/** Throws where a repository cannot be trusted, after taking ours away again: it would stop every other update of the host. */
async function refresh(ctx: SetupContext, manager: PackageManager): Promise<string> {
  const result = await runPackageManager(ctx, manager.refresh);
  if (result.code === 0) return result.output;
  const url = ctx.profile.engine.repository?.url;
  if (url === undefined || !/not signed|NO_PUBKEY|signature|GPG|BADSIG|EXPKEYSIG/i.test(result.output)) throw packageFailure(manager.refresh, result.output);
  await ctx.changes.restoreFiles(name);
  throw new CloudError('invalid', `The repository ${url} is not signed with the key of the profile, so it was taken away again. \`${manager.refresh.slice(0, 2).join(' ')}\` says:\n${lastLines(result.output, 4)}\nSet engine.repository.key of the profile to the key that it is signed with, then run the set-up again`, { reason: 'REPOSITORY_NOT_TRUSTED' });
}

async function assertMayChange(ctx: SetupContext) {
  return assertRestartHarmless(ctx, { what: 'Another version of the engine', liveRestoreAfter: true });
}

/** Not every package stops what it takes away. */
async function stopContainerd(ctx: SetupContext, removed: string[]): Promise<void> {
  const isOurs = removed.includes('containerd') || removed.includes('containerd.io');
  if (isOurs && ctx.host.serviceManager === 'systemd') await ctx.run('systemctl', ['stop', 'containerd.service']);
}

/** In /run, and so gone with the power. */
const holds = ['docker.service', 'docker.socket'].map((unit) => `/run/systemd/system/${unit}.d/novadock-hold.conf`);

/**
 * Debian's packages start what they install; the engine is to start once, with its configuration. A condition that fails lets them
 * think that they did, where a mask would keep them from enabling the units.
 */
async function holdStart(ctx: SetupContext): Promise<void> {
  if (ctx.host.serviceManager !== 'systemd') return;
  for (const hold of holds) {
    await mkdir(dirname(join(ctx.root, hold)), { recursive: true });
    await writeFile(join(ctx.root, hold), '[Unit]\nConditionPathExists=!/\n');
  }
}

async function startFreely(ctx: SetupContext): Promise<void> {
  if (!(await startIsHeld(ctx))) return;
  for (const hold of holds) await rm(dirname(join(ctx.root, hold)), { recursive: true, force: true });
  await runOrThrow(ctx.run, 'systemctl', ['daemon-reload']);
}

async function startIsHeld(ctx: SetupContext): Promise<boolean> {
  const there = await Promise.all(holds.map((hold) => access(join(ctx.root, hold)).then(() => true, () => false)));
  return there.includes(true);
}

async function removeFolders(ctx: SetupContext, keepData: boolean): Promise<void> {
  for (const folder of [ctx.paths.engineData, ...engineFolders]) {
    const before = (await ctx.changes.recall(name, `folder ${folder}`)) as { was: string; mode: number } | undefined;
    const isData = folder === ctx.paths.engineData || folder === '/var/lib/containerd';
    if (before === undefined || before.was === 'used' || (keepData && isData) || !(await engineIsOurs(ctx))) continue;
    await emptyFolder(ctx, folder, before.was === 'empty' ? { mode: before.mode } : undefined);
  }
  for (const folder of sharedFolders) {
    const before = (await ctx.changes.recall(name, `folder ${folder}`)) as { was: string } | undefined;
    if (before?.was === 'missing') await rmdir(join(ctx.root, folder)).catch(() => {});
  }
}
