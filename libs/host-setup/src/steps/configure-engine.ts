import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { assertRestartHarmless } from '../assert-restart-harmless.ts';
import { assertUndisturbed } from '../assert-undisturbed.ts';
import type { Json } from '../change-record.ts';
import { dataRootIn } from '../data-roots.ts';
import { engineAnswers } from '../engine-answers.ts';
import { engineArguments } from '../engine-arguments.ts';
import { engineIdentity } from '../engine-identity.ts';
import { changedKeys, inSwarm, isObject, keysInArguments, keysNotInEffect, mergeSettings, restartKeys, type EngineSettings, type RunningSettings } from '../engine-settings.ts';
import { fileChange } from '../file-change.ts';
import { followLinks } from '../follow-links.ts';
import { rememberDataRoot } from '../host-before.ts';
import { runtimeName } from '../host-paths.ts';
import { orMissing } from '../or-missing.ts';
import { oweTakeOver, owedTakeOver, settleTakeOver } from '../owed-take-over.ts';
import { restartEngine } from '../restart-engine.ts';
import { settingEdits, withoutDropped, withoutEdits, type SettingEdit } from '../setting-edits.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { assertMayTakeOver, reloadEngine, sayHow, takeOver, type TakeOver } from '../take-over-config.ts';
import { forgetUnproven, readUnproven, writeUnproven } from '../unproven-config.ts';
import { validateConfig } from '../validate-config.ts';
import { writeHostFile } from '../write-host-file.ts';
import { appendToList, readList } from './nova-docker/remembered-list.ts';

const name = 'engine-config';

/** daemon.json asks for what the profile says, live-restore and the runtime, next to whatever else it says, and the engine that runs has taken it over. */
export const configureEngine: SetupStep = {
  name,
  title: 'Configuration of the Docker Engine',

  async check(ctx) {
    const path = ctx.paths.daemonJson;
    const plan = await planConfig(ctx);
    const { text, written, wanted, todo, later } = plan;
    if (todo !== undefined) await assertMayTakeOver(ctx, todo);
    if (written.length > 0) return { ok: false, ...sayEdit(path, plan), files: [fileChange(path, text, render(wanted, text))] };
    if (todo !== undefined) return { ok: false, why: `the engine has not taken over ${todo.keys.join(', ')} from ${path}`, todo: sayHow(todo) };
    const inEffect = later.length === 0 ? '' : `; ${later.join(', ')} in effect when the engine starts next`;
    return { ok: true, detail: `${path} has the wanted ${Object.keys(wantedOf(ctx)).join(', ')}${inEffect}` };
  },

  async apply(ctx) {
    const plan = await planConfig(ctx);
    const { text, written, wanted, todo } = plan;
    const content = render(wanted, text);
    if (todo !== undefined) await assertMayTakeOver(ctx, todo);
    if (written.length > 0) {
      await validateConfig(ctx, content);
      // Where a run was cut off, what was there before that run is what to go back to.
      const unproven = await stillUnproven(ctx);
      await writeUnproven(ctx, { written: content, before: unproven === undefined ? (text ?? null) : unproven.before, engine: (await engineIdentity(ctx)) ?? null });
      await rememberEdits(ctx, plan);
      if (written.includes('data-root')) await rememberDataRoot(ctx, dataRootIn(ctx, wanted));
      await writeHostFile(ctx, name, { path: ctx.paths.daemonJson, content, merged: true });
    }
    if (todo !== undefined) await takeOver(ctx, todo);
  },

  async undo(ctx) {
    const before = parseOrEmpty(await readText(ctx));
    // It comes from JSON. What an undo that was cut off told stays: the engine goes by that.
    await oweTakeOver(ctx, name, before as Json);
    await forgetUnproven(ctx);
    const taken = await takeBackKeys(ctx);
    const restored = await ctx.changes.restoreFiles(name);
    const after = parseOrEmpty(await readText(ctx));
    const owed = (await owedTakeOver(ctx, name)) as EngineSettings | undefined;
    const changed = [...new Set([...changedKeys(before, after), ...(owed === undefined ? [] : changedKeys(owed, after))])];
    const isDone = taken === undefined && restored.length === 0 && changed.length === 0;
    const done = taken ?? `put ${ctx.paths.daemonJson} back as it was`;
    const how = !isDone && (await engineAnswers(ctx.connect)) ? `, ${await goBack(ctx, changed, after)}` : '';
    await settleTakeOver(ctx, name);
    return isDone ? '' : `${done}${how}`;
  },
};

function sayEdit(path: string, { kept, wanted, dropped, todo }: Plan): { why: string; todo: string } {
  const added = changedKeys(kept, wanted);
  const why = [...(added.length === 0 ? [] : [`lacks the wanted ${added.join(', ')}`]), ...(dropped.length === 0 ? [] : [`still has ${dropped.join(', ')} of an earlier profile`])];
  const edits = [...(added.length === 0 ? [] : [`set ${added.join(', ')}`]), ...(dropped.length === 0 ? [] : [`take ${dropped.join(', ')} back`])];
  return { why: `${path} ${why.join(' and ')}`, todo: `${edits.join(' and ')} in ${path}, keeping the rest${todo === undefined ? '' : `, and ${sayHow(todo)}`}` };
}

/** What is taken back is none of them: of each such key it is remembered already how it was. */
async function rememberEdits(ctx: SetupContext, { kept, wanted }: Plan): Promise<void> {
  // They come from JSON.
  for (const value of settingEdits(kept, wanted) as Json[]) await appendToList(ctx.changes, { step: name, list: 'edit', value });
}

async function readEdits(ctx: SetupContext): Promise<SettingEdit[]> {
  return (await readList(ctx.changes, { step: name, list: 'edit' })) as SettingEdit[];
}

/** Of a file that somebody edited since, only what is ours is taken back; in words, undefined for nothing. */
async function takeBackKeys(ctx: SetupContext): Promise<string | undefined> {
  const path = await followLinks(ctx.root, ctx.paths.daemonJson);
  const text = await readText(ctx);
  if (text === undefined || !(await ctx.changes.editedFiles(name)).includes(path)) return undefined;
  const now = parseOrEmpty(text);
  // What cannot be read is left whole.
  if (Object.keys(now).length === 0) return undefined;
  const { settings, keys } = withoutEdits(now, await readEdits(ctx));
  if (keys.length > 0) await writeHostFile(ctx, name, { path, content: render(settings, text), merged: true });
  await ctx.changes.leaveFile(name, path);
  return keys.length === 0 ? undefined : `took ${keys.join(', ')} in ${path} back, and nothing else, since the file was edited after the set-up`;
}

type Plan = {
  text: string | undefined;
  /** What daemon.json is to hold, and the keys in which it says otherwise. */
  wanted: EngineSettings;
  written: string[];
  /** What it holds without what was set for an earlier profile only, and the keys of that. */
  kept: EngineSettings;
  dropped: string[];
  /** What an engine that runs has to take over; undefined for nothing. */
  todo: TakeOver | undefined;
  /** The keys that hold from the engine's next start on, as far as it tells, and need not before. */
  later: string[];
};

async function planConfig(ctx: SetupContext): Promise<Plan> {
  const text = await readText(ctx);
  const present = parse(text ?? '', ctx.paths.daemonJson);
  const running = (await engineAnswers(ctx.connect)) ? ((await ctx.connect({ timeoutMs: 30_000 }).info()) as RunningSettings) : undefined;
  const own = await settable(ctx, wantedOf(ctx), running);
  const { settings: kept, keys: dropped } = withoutDropped(present, { edits: await readEdits(ctx), wanted: wantedOf(ctx) });
  const wanted = mergeSettings(kept, own);
  const file = { text, kept, dropped, wanted, written: changedKeys(present, wanted) };
  if (running === undefined) return { ...file, todo: undefined, later: Object.keys(own) };
  const unproven = await stillUnproven(ctx);
  const base = unproven === undefined ? present : parseOrEmpty(unproven.before ?? '');
  const keys = [...new Set([...changedKeys(base, wanted), ...keysNotInEffect(own, running)])];
  // A set-up by hand does not restart an engine: what takes that holds from its next start on.
  const later = ctx.controllerUrl === undefined ? restartKeys(keys) : [];
  const now = keys.filter((key) => !later.includes(key));
  return { ...file, todo: now.length === 0 ? undefined : { settings: { 'live-restore': true, ...wanted }, keys: now }, later };
}

/** What the set-up wants, whatever else is there. */
function wantedOf(ctx: SetupContext): EngineSettings {
  const { settings } = ctx.profile.engine;
  const runtimes = isObject(settings['runtimes']) ? settings['runtimes'] : {};
  return { 'live-restore': true, ...settings, runtimes: { ...runtimes, [runtimeName]: { path: ctx.paths.runtime } } };
}

/** The engine refuses to start with a setting that is both in the file and among its arguments, and with live-restore in a swarm. */
async function settable(ctx: SetupContext, wanted: EngineSettings, running: RunningSettings | undefined): Promise<EngineSettings> {
  const args = (await engineArguments(ctx))?.args ?? [];
  const doubled = keysInArguments(Object.keys(wanted), args);
  const [first] = doubled.filter((key) => key !== 'live-restore');
  if (first !== undefined) {
    throw new CloudError('invalid', `dockerd is started with ${args.join(' ')}, which rules out ${first} in ${ctx.paths.daemonJson}. Move that setting into the file, restart the engine, then run the set-up again`);
  }
  const left = inSwarm(running) ? [...doubled, 'live-restore'] : doubled;
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => !left.includes(key)));
}

/** An engine that has been started since has proven what it was started with. */
async function stillUnproven(ctx: SetupContext) {
  const unproven = await readUnproven(ctx);
  if (unproven === undefined || !(await engineAnswers(ctx.connect))) return unproven;
  return unproven.engine === ((await engineIdentity(ctx)) ?? null) ? unproven : undefined;
}

async function readText(ctx: SetupContext): Promise<string | undefined> {
  return readFile(join(ctx.root, ctx.paths.daemonJson), 'utf8').catch(orMissing);
}

function parse(text: string, path: string): EngineSettings {
  if (text.trim() === '') return {};
  const settings = parseJson(text, path);
  if (!isObject(settings)) throw new CloudError('invalid', `${path} is not a JSON object. Mend it or move it away, then run the set-up again`);
  if (settings['runtimes'] !== undefined && !isObject(settings['runtimes'])) throw new CloudError('invalid', `"runtimes" in ${path} is not a JSON object. Mend it, then run the set-up again`);
  return settings;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CloudError('invalid', `${path} is not valid JSON (${error instanceof Error ? error.message : 'unreadable'}), so it was left alone. Mend it or move it away, then run the set-up again`, { cause: error });
  }
}

/** For what was there before: whether it can be read does not matter any more. */
function parseOrEmpty(text: string | undefined): EngineSettings {
  try {
    const settings: unknown = JSON.parse(text ?? '{}');
    return isObject(settings) ? settings : {};
  } catch {
    return {};
  }
}

function render(settings: EngineSettings, before: string | undefined): string {
  return `${JSON.stringify(settings, undefined, /^[ \t]+/m.exec(before ?? '')?.[0] ?? '  ')}\n`;
}

/** An engine that is kept runs with its old settings again; where a restart would end containers, from its next one on. */
async function goBack(ctx: SetupContext, changed: string[], after: EngineSettings): Promise<string> {
  const restart = restartKeys(changed);
  if (restart.length === 0) {
    await reloadEngine(ctx);
    return 'and the engine has reloaded it';
  }
  const ran = await assertRestartHarmless(ctx, { what: 'The old configuration', liveRestoreAfter: after['live-restore'] === true }).catch((error: unknown) => {
    if (error instanceof CloudError && error.code === 'conflict') return undefined;
    throw error;
  });
  if (ran === undefined) {
    await reloadEngine(ctx);
    return `which holds for ${restart.join(', ')} from the engine's next restart on: containers run that it would end`;
  }
  await restartEngine(ctx);
  await assertUndisturbed(ctx, ran);
  return 'and restarted the engine with it';
}
