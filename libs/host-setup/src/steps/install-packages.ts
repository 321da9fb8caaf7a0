import { access, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError, type ExactPackage } from '@novadock/model';
import { addedPackages, rememberRun, rememberRunEnd } from '../added-packages.ts';
import { assertEngineFits } from '../assert-engine-fits.ts';
import { assertMayChange, changeEngine, finishChange, forgetChange, isChangeCutOff, putFiles } from '../change-engine.ts';
import { isOtherVersion, type Chosen } from '../choose-packages.ts';
import { dropRepositoryCaches } from '../drop-repository-caches.ts';
import { dropUnitLinks } from '../drop-unit-links.ts';
import { engineAnswers } from '../engine-answers.ts';
import { dataToKeep, removeEngineFolders } from '../engine-folders.ts';
import { engineIsOurs } from '../engine-is-ours.ts';
import { repositoryChanges, repositoryFiles } from '../engine-repository.ts';
import { dropFetched, noteFetched } from '../fetch-packages.ts';
import { dropHold, holdStart, startFreely, startIsHeld } from '../hold-engine-start.ts';
import { holdAsOurs, readOurHolds, rememberOthersHolds } from '../held-record.ts';
import { holdPackages, notHeld, releaseInEdited, releasePackages } from '../hold-packages.ts';
import { hostBefore } from '../host-before.ts';
import { installNeeded } from '../install-needed.ts';
import { forgetKept, keepInstalled, readKept } from '../kept-packages.ts';
import { keptWay } from '../kept-way.ts';
import { byHand, engineInTheWay, listInstalled, lookAtPackages, type Need, type Packages } from '../look-at-packages.ts';
import { obtainPackages, refreshLists } from '../obtain-packages.ts';
import { sayPackages } from '../package-files.ts';
import type { Installed, PackageManager } from '../package-managers.ts';
import { removePackages } from '../remove-packages.ts';
import { notLookedFor, resolveEngine, type ResolvedEngine } from '../resolve-engine.ts';
import { mendPackages } from '../run-package-manager.ts';
import { runOrThrow } from '../run-or-throw.ts';
import { saveEditedConffiles } from '../save-edited-conffiles.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';

const name = 'packages';
/** Folders that an engine makes for what others put there: they go when nobody did, the inner one first. */
const sharedFolders = ['/etc/cni/net.d', '/etc/cni', '/opt/cni/bin', '/opt/cni', '/var/lib/novadock', '/var/cache/novadock'];

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
    const resolved = packages.manager === undefined ? notLookedFor : await resolveEngine(ctx, packages.manager, { packages, needs: needsOf(ctx, packages) });
    const todo = await findWork(ctx, packages, resolved);
    if (todo.length === 0) return { ok: true, detail: `${describe(packages)}, nft and ip are installed${await sayLost(ctx)}` };
    if (isOtherVersion(ctx, packages) && (await engineAnswers(ctx.connect))) await assertMayChange(ctx);
    const files = (await repositoryChanges(ctx)).map(({ change }) => change);
    return { ok: false, why: todo.map(({ why }) => why).join('; '), todo: todo.map((work) => work.todo).join(', '), files, packages: exact(resolved) };
  },

  async stage(ctx) {
    const packages = await lookAtPackages(ctx);
    const { manager, installed } = packages;
    const needs = needsOf(ctx, packages);
    if (manager?.byFolder === undefined || needs.length === 0) return '';
    await rememberMissing(ctx);
    const change = isOtherVersion(ctx, packages);
    const kept = change ? await keptWay(ctx, manager, packages) : undefined;
    if (kept !== undefined && packages.missing.length === 0) return `${sayPackages(kept)} is on this host already`;
    const lists = await addRepository(ctx, manager, installed.versions);
    const fetch = async () => {
      const fetched = await obtainPackages(ctx, manager, { needs: kept === undefined ? needs : packages.missing, change: change && kept === undefined, installed: installed.versions, checkRoom: true, lists });
      const files = await noteFetched(ctx, fetched);
      if (change) await keepInstalled(ctx, manager, { versions: installed.versions, names: [...manager.held, ...files.map(({ name: one }) => one)], atHand: [], isBeforeChange: true });
      return files.length === 0 ? '' : `fetched ${sayPackages(files)}`;
    };
    return change ? withoutHolds(ctx, manager, fetch) : fetch();
  },

  async apply(ctx) {
    const before = await lookAtPackages(ctx);
    const { manager, missing } = before;
    if (manager === undefined) throw new CloudError('invalid', `Novadock cannot install packages on ${ctx.host.operatingSystem}. ${byHand(missing)}`);
    await rememberMissing(ctx);
    await rememberOthersHolds(ctx, manager.held, before.installed);
    const run = await rememberRun(ctx, before.installed);
    const hold = async () => {
      await startFreely(ctx);
      const installed = await listInstalled(ctx, manager);
      await rememberRunEnd(ctx, installed);
      await holdAsOurs(ctx, await toHold(ctx, manager, installed), installed);
    };
    try {
      const wasCutOff = (await isChangeCutOff(ctx)) || before.installed.broken.length > 0;
      await finishChange(ctx, manager);
      if (!(await engineAnswers(ctx.connect))) await holdStart(ctx);
      const packages = wasCutOff ? await mended(ctx) : before;
      const lists = await addRepository(ctx, manager, before.installed.versions);
      await installAll(ctx, manager, { run, packages, lists });
    } catch (error) {
      // Why it failed is what the user is to hear.
      await hold().catch(() => {});
      throw error;
    }
    await hold();
  },

  async undo(ctx) {
    const packages = await lookAtPackages(ctx);
    const { manager, installed } = packages;
    await rememberRunEnd(ctx, installed);
    const added = await addedPackages(ctx, manager, installed);
    const before = await hostBefore(ctx, packages);
    if (manager !== undefined) await releaseOurs(ctx, manager, added);
    await dropHold(ctx);
    if (before !== undefined) await stopContainerd(ctx, added);
    const kept = before === undefined ? new Map<string, string>() : await dataToKeep(ctx, before);
    const removed = manager === undefined || added.length === 0 ? [] : await takePackages(ctx, manager, { added, isOurs: before !== undefined, keepData: kept.size > 0 });
    if (added.length > 0) await dropUnitLinks(ctx);
    const released = await releaseInEdited(ctx);
    const restored = await ctx.changes.restoreFiles(name);
    await dropRepositoryCaches(ctx);
    await dropKept(ctx);
    const left = before === undefined ? [] : await removeEngineFolders(ctx, before, kept);
    await removeShared(ctx);
    const saysKept = [...kept].map(([folder, why]) => `kept ${folder}: ${why}`);
    return [...(removed.length === 0 ? [] : [`removed ${removed.length} packages: ${removed.join(' ')}`]), ...restored.map(({ path }) => `put ${path} back as it was`), ...released, ...saysKept, ...left].join('; ');
  },
};

function checkPresent({ missing }: Packages) {
  if (missing.length > 0) throw new CloudError('invalid', `The profile says that the engine is present, so no package is touched here, and there is no ${missing.join(', ')}. ${byHand(missing)}`);
  return { ok: true, detail: 'the engine that is here is kept; no package is touched' } as const;
}

function describe({ engine }: Packages): string {
  return engine === undefined ? 'dockerd' : `${engine.name} ${engine.version}`;
}

/** What the way back to the version before would have to be fetched for. */
async function sayLost(ctx: SetupContext): Promise<string> {
  const [, before] = await readKept(ctx);
  return before === undefined || before.lost.length === 0 ? '' : `; of the version before, ${before.lost.join(', ')} could not be kept on this host`;
}

type Work = { why: string; todo: string };

async function findWork(ctx: SetupContext, packages: Packages, resolved: ResolvedEngine): Promise<Work[]> {
  const { manager, missing } = packages;
  if (manager === undefined) return missing.length === 0 ? [] : [{ why: `missing: ${missing.join(', ')}`, todo: byHand(missing) }];
  const install = missing.length === 0 ? [] : [{ why: `missing: ${missing.join(', ')}`, todo: sayInstall(ctx, manager, { missing, resolved }) }];
  return [...install, ...findEngineWork(ctx, packages, { manager, resolved }), ...(await findKeeping(ctx, packages, manager))];
}

function findEngineWork(ctx: SetupContext, packages: Packages, { manager, resolved }: { manager: PackageManager; resolved: ResolvedEngine }): Work[] {
  const { installed: { broken }, engine, missing } = packages;
  const { version } = ctx.profile.engine;
  // Of a package that was cut off, an engine lies there that belongs to none.
  if (engine === undefined && broken.length === 0 && !missing.includes('dockerd') && version !== '') {
    throw new CloudError('invalid', `The profile wants the engine ${version}, and the one here came with no package, so that its version cannot be set. Remove it, or set engine.source of the profile to present`);
  }
  const put = resolved.packages === undefined ? `put ${engine?.name} ${version} in its place` : `put ${sayResolved(resolved.packages)} in the place of ${describe(packages)}`;
  const other = isOtherVersion(ctx, packages) ? [{ why: `${describe(packages)} is not ${version}`, todo: `${put} with ${manager.install[0]}${sayUnknown(resolved)}` }] : [];
  const cutOff = broken.length > 0 ? [{ why: `an installation was cut off: ${broken.slice(0, 5).join(', ')}`, todo: 'bring it to its end' }] : [];
  return [...other, ...cutOff];
}

async function findKeeping(ctx: SetupContext, { installed }: Packages, manager: PackageManager): Promise<Work[]> {
  const work: Work[] = [];
  if ((await repositoryChanges(ctx)).length > 0) work.push({ why: "the profile's repository is not set up", todo: `add the repository ${ctx.profile.engine.repository?.url}, signed with its key` });
  const loose = await notHeld(ctx, await toHold(ctx, manager, installed));
  if (loose.length > 0) work.push({ why: `nothing keeps the version of ${loose.join(', ')}`, todo: `hold ${loose.join(', ')}` });
  if (await isChangeCutOff(ctx)) work.push({ why: "a change of the engine's version was cut off", todo: 'bring it to its end' });
  if (await startIsHeld(ctx)) work.push({ why: 'a run that was cut off keeps the engine from starting', todo: 'let it start' });
  return work;
}

function sayInstall(ctx: SetupContext, manager: PackageManager, { missing, resolved }: { missing: Need[]; resolved: ResolvedEngine }): string {
  const { source, version } = ctx.profile.engine;
  const engines = source === 'docker-ce' ? manager.dockerCe.slice(0, 1) : manager.engines.map((packages) => packages[0]);
  const engine = resolved.packages === undefined ? `${engines.join(' or ')}${version === '' ? '' : ` ${version}`}` : sayResolved(resolved.packages);
  const names = missing.map((need) => (need === 'dockerd' ? engine : manager.tools[need]));
  return `install ${names.join(', ')} with ${manager.install[0]} from ${source === 'docker-ce' ? ctx.profile.engine.repository?.url : manager.source}${sayUnknown(resolved)}`;
}

function sayResolved(packages: Chosen[]): string {
  return `exactly ${packages.map(({ name: one, version }) => (version === undefined ? one : `${one} ${version}`)).join(', ')}`;
}

function exact({ packages = [] }: ResolvedEngine): ExactPackage[] {
  return packages.flatMap(({ name: one, version }) => (version === undefined ? [] : [{ name: one, version }]));
}

function sayUnknown({ unknown }: ResolvedEngine): string {
  return unknown === '' ? '' : ` (${unknown})`;
}

/** Those that the set-up decides the version of: the profile names one, or there would be no engine without it. */
async function toHold(ctx: SetupContext, manager: PackageManager, installed: Installed): Promise<string[]> {
  const wanted = ctx.profile.engine.version !== '' || (await engineIsOurs(ctx, { manager, installed }));
  return wanted ? manager.held.filter((one) => installed.versions.has(one)) : [];
}

async function rememberMissing(ctx: SetupContext): Promise<void> {
  const missing = await Promise.all(sharedFolders.map((folder) => access(join(ctx.root, folder)).then(() => [], () => [folder])));
  await ctx.changes.remember(name, 'missing folders', missing.flat());
}

/** Gives back what was said when the lists were fetched for it; undefined where it was there. */
async function addRepository(ctx: SetupContext, manager: PackageManager, installed: Map<string, string>): Promise<string | undefined> {
  const changes = await repositoryChanges(ctx);
  if (changes.length === 0) return undefined;
  for (const { file } of changes) await writeHostFile(ctx, name, { ...file, mode: 0o644 });
  const key = repositoryFiles(ctx)?.key;
  // apt and dnf go by the file; zypper would ask, or with an option take what the repository itself offers.
  if (key !== undefined && ctx.host.packageManager === 'zypper') await runOrThrow(ctx.run, 'rpmkeys', ['--import', key.path]);
  return refreshLists(ctx, manager, installed);
}

/** What is there once an installation that was cut off is at its end. */
async function mended(ctx: SetupContext): Promise<Packages> {
  const packages = await lookAtPackages(ctx);
  if (packages.installed.broken.length === 0) return packages;
  await mendPackages(ctx);
  return lookAtPackages(ctx);
}

/** What the host lacks of what its profile wants, and can be installed. */
function needsOf(ctx: SetupContext, packages: Packages): Need[] {
  if (ctx.profile.engine.source === 'present') return [];
  return [...new Set([...packages.missing, ...(isOtherVersion(ctx, packages) ? (['dockerd'] as const) : [])])];
}

async function installAll(ctx: SetupContext, manager: PackageManager, { run, packages, lists }: { run: number; packages: Packages; lists: string | undefined }): Promise<void> {
  const change = isOtherVersion(ctx, packages);
  if (change && (await engineAnswers(ctx.connect))) await assertMayChange(ctx);
  if (change) await releasePackages(ctx, manager.held.filter((one) => packages.installed.versions.has(one)));
  const kept = change ? await keptWay(ctx, manager, packages) : undefined;
  if (kept !== undefined) await changeEngine(ctx, manager, { to: kept, put: () => putFiles(ctx, manager, kept) });
  const needs = kept === undefined ? needsOf(ctx, packages) : packages.missing;
  if (needs.length > 0) await installNeeded(ctx, manager, { run, needs, change: change && kept === undefined, installed: packages.installed.versions, lists });
}

/** No package manager even downloads another version of what is held, or of what that needs. */
async function withoutHolds<T>(ctx: SetupContext, manager: PackageManager, work: () => Promise<T>): Promise<T> {
  const installed = await listInstalled(ctx, manager);
  const wanted = await toHold(ctx, manager, installed);
  const loose = await notHeld(ctx, wanted);
  const names = wanted.filter((one) => !loose.includes(one));
  await releasePackages(ctx, names);
  try {
    return await work();
  } finally {
    await holdPackages(ctx, names, installed.versions);
  }
}

async function takePackages(ctx: SetupContext, manager: PackageManager, { added, isOurs, keepData }: { added: string[]; isOurs: boolean; keepData: boolean }): Promise<string[]> {
  // A purge of what came with an engine that is somebody else's by now could take that one's data.
  const mayPurge = !keepData && (isOurs || !added.some((one) => manager.held.includes(one)));
  if (mayPurge) await saveEditedConffiles(ctx, name, added);
  return removePackages(ctx, manager, { names: added, keepData: !mayPurge, engineGoes: isOurs });
}

/** Not every package stops what it takes away. */
async function stopContainerd(ctx: SetupContext, removed: string[]): Promise<void> {
  const isOurs = removed.includes('containerd') || removed.includes('containerd.io');
  if (isOurs && ctx.host.serviceManager === 'systemd') await ctx.run('systemctl', ['stop', 'containerd.service']);
}

/** Of an engine that was there before, too: what nobody held before the set-up did. */
async function releaseOurs(ctx: SetupContext, manager: PackageManager, added: string[]): Promise<void> {
  const ours = await readOurHolds(ctx);
  await releasePackages(ctx, manager.held.filter((one) => added.includes(one) || ours.includes(one)));
}

async function dropKept(ctx: SetupContext): Promise<void> {
  await forgetKept(ctx);
  await dropFetched(ctx);
  await forgetChange(ctx);
}

async function removeShared(ctx: SetupContext): Promise<void> {
  const missing = ((await ctx.changes.recall(name, 'missing folders')) ?? []) as string[];
  for (const folder of missing) await rmdir(join(ctx.root, folder)).catch(() => {});
}
