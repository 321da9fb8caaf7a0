import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CloudError } from '@novadock/model';
import { assertRestartHarmless } from './assert-restart-harmless.ts';
import { assertUndisturbed } from './assert-undisturbed.ts';
import { engineAnswers } from './engine-answers.ts';
import { engineIdentity } from './engine-identity.ts';
import { dropFetched } from './fetch-packages.ts';
import { keepInstalled, type KeptSet } from './kept-packages.ts';
import { listInstalled } from './look-at-packages.ts';
import { makeFolder } from './make-folder.ts';
import { orMissing } from './or-missing.ts';
import { areWhole, flushPackages, isSamePackage, sayPackages, wholeOf, type PackageFile } from './package-files.ts';
import type { PackageManager } from './package-managers.ts';
import { readEngineLog } from './read-engine-log.ts';
import { replaceFile } from './replace-file.ts';
import { restartEngine } from './restart-engine.ts';
import { packageFailure, runPackageManager } from './run-package-manager.ts';
import type { SetupContext } from './setup-step.ts';
import { startEngine } from './start-engine.ts';
import { syncFolder } from './sync-folder.ts';

/** A change of the engine's packages, on disk from before it begins until the engine was seen to run. */
type EngineChange = {
  from: KeptSet;
  to: PackageFile[];
  /** The engine that ran before (engineIdentity, "" where that is not known); null for none. */
  engine: string | null;
  /** Why it is being taken back. */
  back?: string;
};

export type WayToChange = {
  /** What is to be there. */
  to: PackageFile[];
  /** Brings that about; gives back why it failed. */
  put: () => Promise<CloudError | undefined>;
};

/** Whether a change was cut off before its end. */
export async function isChangeCutOff(ctx: SetupContext): Promise<boolean> {
  return (await readChange(ctx)) !== undefined;
}

/**
 * Puts another version of the engine in the place of the one that is there, under running containers: they run on (live-restore). The files of
 * what is replaced are kept before. When the engine does not come up, the version from before is put back and runs, and ENGINE_UPGRADE_FAILED
 * is thrown with the end of the engine's log.
 */
export async function changeEngine(ctx: SetupContext, manager: PackageManager, { to, put }: WayToChange): Promise<void> {
  const answers = await engineAnswers(ctx.connect);
  const ran = answers ? await assertMayChange(ctx) : [];
  const { versions } = await listInstalled(ctx, manager);
  const from = await keepInstalled(ctx, manager, { versions, names: [...manager.held, ...to.map(({ name }) => name)], atHand: [], isBeforeChange: true });
  const change: EngineChange = { from, to, engine: answers ? ((await engineIdentity(ctx)) ?? '') : null };
  await flushPackages(ctx, to);
  await writeChange(ctx, change);
  const failed = await put();
  if (failed !== undefined && (await isUntouched(ctx, manager, versions))) {
    await forgetChange(ctx);
    throw failed;
  }
  try {
    await settle(ctx, manager, { change, failed });
  } finally {
    if (await engineAnswers(ctx.connect)) await assertUndisturbed(ctx, ran);
  }
}

/** Brings a change that was cut off to its end, in either version; throws as `changeEngine` does. */
export async function finishChange(ctx: SetupContext, manager: PackageManager): Promise<void> {
  const change = await readChange(ctx);
  if (change === undefined) return;
  if (await engineAnswers(ctx.connect)) await assertMayChange(ctx);
  if (change.back !== undefined) throw await goBack(ctx, manager, change);
  const { versions, broken } = await listInstalled(ctx, manager);
  const isThere = manager.byFolder?.suffix === '.deb' && broken.length === 0 && change.to.every(({ name, version }) => versions.get(name) === version);
  if (isThere || change.to.length === 0) return settle(ctx, manager, { change, failed: undefined });
  if (!(await areWhole(ctx, change.to))) throw await goBack(ctx, manager, { ...change, back: `the change was cut off, and ${sayPackages(change.to)} could not be had again` });
  // Whatever runs by now was started from what is replaced here.
  const now = { ...change, engine: change.engine === null ? null : ((await engineIdentity(ctx)) ?? change.engine) };
  await settle(ctx, manager, { change: now, failed: await putFiles(ctx, manager, change.to) });
}

export async function assertMayChange(ctx: SetupContext) {
  return assertRestartHarmless(ctx, { what: 'Another version of the engine', liveRestoreAfter: true });
}

/** Puts those very files onto the host; gives back why that failed. */
export async function putFiles(ctx: SetupContext, manager: PackageManager, files: PackageFile[]): Promise<CloudError | undefined> {
  if (files.length === 0 || manager.byFolder === undefined) return undefined;
  const command = [...manager.byFolder.putFiles, ...files.map(({ path }) => path)];
  const result = await runPackageManager(ctx, command);
  return result.code === 0 ? undefined : packageFailure(command, result.output);
}

async function settle(ctx: SetupContext, manager: PackageManager, { change, failed }: { change: EngineChange; failed: CloudError | undefined }): Promise<void> {
  try {
    if (failed !== undefined) throw failed;
    if (change.engine !== null) await runsAnew(ctx, change.engine);
  } catch (error) {
    const log = await readEngineLog(ctx);
    const why = error instanceof Error ? error.message : String(error);
    throw await goBack(ctx, manager, { ...change, back: log === '' || why.includes(log) ? why : `${why}\nThe end of its log:\n${log}` });
  }
  const { versions } = await listInstalled(ctx, manager);
  const names = [...manager.held, ...change.to.map(({ name }) => name).filter((name) => change.from.files.some((file) => file.name === name))];
  await keepInstalled(ctx, manager, { versions, names, atHand: await wholeOf(ctx, change.to), isBeforeChange: false });
  await forgetChange(ctx);
  await dropFetched(ctx);
}

/** Another process than `engine` answers. Packages may have restarted it, or not, or have tried to. */
async function runsAnew(ctx: SetupContext, engine: string): Promise<void> {
  if (!(await engineAnswers(ctx.connect))) return startEngine(ctx);
  if (engine !== '' && (await engineIdentity(ctx)) === engine) await restartEngine(ctx);
}

/** Puts the version from before back; gives back what is to be thrown. */
async function goBack(ctx: SetupContext, manager: PackageManager, change: EngineChange): Promise<CloudError> {
  await writeChange(ctx, change);
  const engine = await engineIdentity(ctx);
  const failed = await putBack(ctx, manager, change.from);
  const version = (list: { name: string; version: string }[]) => sayPackages(list.filter(({ name }) => manager.held.includes(name)));
  const refused = `The Docker Engine does not run with ${version(change.to) || 'the version of the profile'}`;
  if (failed !== undefined) return upgradeFailed(`${refused}: ${change.back}\nWhat was there before, ${version(change.from.files)}, could not be put back: ${failed.message}`);
  try {
    if (change.engine !== null) await (engine === change.engine && (await engineAnswers(ctx.connect)) ? undefined : runsAnew(ctx, engine ?? ''));
  } catch (error) {
    return upgradeFailed(`${refused}: ${change.back}\nWhat was there before, ${version(change.from.files)}, was put back, and does not run either: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { versions } = await listInstalled(ctx, manager);
  await keepInstalled(ctx, manager, { versions, names: change.from.files.map(({ name }) => name), atHand: await wholeOf(ctx, change.from.files), isBeforeChange: false });
  await forgetChange(ctx);
  await dropFetched(ctx);
  return upgradeFailed(`${refused}, so ${version(change.from.files)} was put back, and the engine runs with that: ${change.back}\nChange engine.version of the profile, or mend what it complains about, then run the set-up again`);
}

/** From the files that were kept; of what could not be, from the repositories. */
async function putBack(ctx: SetupContext, manager: PackageManager, { files, lost }: KeptSet): Promise<CloudError | undefined> {
  const { versions, broken } = await listInstalled(ctx, manager);
  const differ = files.filter((file) => broken.length > 0 || manager.byFolder?.suffix === '.rpm' || !isSamePackage(file, { name: file.name, version: versions.get(file.name) ?? '' }));
  const pins = lost.map((one) => one.split(' ') as [string, string]).filter(([name, version]) => versions.get(name) !== version);
  const failed = await putFiles(ctx, manager, differ);
  if (failed !== undefined || pins.length === 0) return failed;
  const command = [...manager.install, ...manager.otherVersion, ...pins.map(([name, version]) => manager.pin(name, version))];
  const result = await runPackageManager(ctx, command);
  return result.code === 0 ? undefined : packageFailure(command, result.output);
}

function upgradeFailed(message: string): CloudError {
  return new CloudError('invalid', message, { reason: 'ENGINE_UPGRADE_FAILED' });
}

async function isUntouched(ctx: SetupContext, manager: PackageManager, before: Map<string, string>): Promise<boolean> {
  const { versions, broken } = await listInstalled(ctx, manager);
  return broken.length === 0 && [...before].every(([name, version]) => versions.get(name) === version);
}

async function readChange(ctx: SetupContext): Promise<EngineChange | undefined> {
  const text = await readFile(join(ctx.root, ctx.paths.engineChange), 'utf8').catch(orMissing);
  return text === undefined ? undefined : (JSON.parse(text) as EngineChange);
}

async function writeChange(ctx: SetupContext, change: EngineChange): Promise<void> {
  const file = join(ctx.root, ctx.paths.engineChange);
  await makeFolder(dirname(file));
  await replaceFile({ file, content: JSON.stringify(change), mode: 0o600 });
}

export async function forgetChange(ctx: SetupContext): Promise<void> {
  const file = join(ctx.root, ctx.paths.engineChange);
  if ((await readChange(ctx)) === undefined) return;
  await rm(file);
  await syncFolder(dirname(file));
}
