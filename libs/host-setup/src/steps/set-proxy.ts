import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError, type EngineProxy } from '@novadock/model';
import { assertRestartHarmless } from '../assert-restart-harmless.ts';
import { assertUndisturbed } from '../assert-undisturbed.ts';
import { engineAnswers } from '../engine-answers.ts';
import { fileChange } from '../file-change.ts';
import { followLinks } from '../follow-links.ts';
import { orMissing } from '../or-missing.ts';
import { oweTakeOver, owedTakeOver, settleTakeOver } from '../owed-take-over.ts';
import { restartEngine } from '../restart-engine.ts';
import { runOrThrow } from '../run-or-throw.ts';
import type { Check, SetupContext, SetupStep } from '../setup-step.ts';
import { writeHostFile } from '../write-host-file.ts';

const name = 'proxy';

/** The engine fetches images through the profile's proxy; without one in the profile, what the set-up wrote for one is gone. */
export const setProxy: SetupStep = {
  name,
  title: 'Proxy of the Docker Engine',

  async check(ctx) {
    const plan = await planProxy(ctx);
    if (plan === undefined) return { ok: true, detail: 'the profile has none' };
    const restart = plan.stale || (plan.before !== plan.after && (await engineAnswers(ctx.connect)));
    if (restart) await assertMayRestart(ctx);
    return describe(plan, restart) ?? { ok: true, detail: ctx.profile.engine.proxy === undefined ? 'the profile has none' : `${plan.path}${(await engineAnswers(ctx.connect)) ? '' : '; in effect when the engine starts'}` };
  },

  async apply(ctx) {
    const plan = await planProxy(ctx);
    if (plan === undefined) return;
    const { path, before, after, stale } = plan;
    const answers = await engineAnswers(ctx.connect);
    const ran = answers && (stale || before !== after) ? await assertMayRestart(ctx) : undefined;
    if (ran !== undefined) await oweTakeOver(ctx, name, true);
    if (after === undefined) await ctx.changes.restoreFiles(name);
    else await writeHostFile(ctx, name, { path, content: after, mode: 0o600, merged: ctx.host.serviceManager !== 'systemd' });
    if (ctx.host.serviceManager === 'systemd') await runOrThrow(ctx.run, 'systemctl', ['daemon-reload']);
    if (ran === undefined) return;
    await restartEngine(ctx);
    await settleTakeOver(ctx, name);
    await assertUndisturbed(ctx, ran);
  },

  async undo(ctx) {
    const isCutOff = (await owedTakeOver(ctx, name)) !== undefined;
    if (await isSet(ctx)) await oweTakeOver(ctx, name, true);
    const taken = await takeBackBlock(ctx);
    const restored = await ctx.changes.restoreFiles(name);
    const isDone = taken === undefined && restored.length === 0 && !isCutOff;
    const how = isDone ? '' : await goBack(ctx);
    await settleTakeOver(ctx, name);
    return isDone ? '' : `${taken ?? `put ${restored.length > 0 ? restored.map(({ path }) => path).join(', ') : 'the proxy'} back as it was`}${how}`;
  },
};

/** Whether the host has a proxy of ours. */
async function isSet(ctx: SetupContext): Promise<boolean> {
  const manager = ctx.host.serviceManager;
  if (manager === 'none') return false;
  const text = (await readFile(join(ctx.root, ctx.paths.proxy[manager]), 'utf8').catch(orMissing)) ?? '';
  return text.includes(manager === 'systemd' ? heading : begin);
}

/** An engine that is kept runs without the proxy again, unless that would end containers; in words. */
async function goBack(ctx: SetupContext): Promise<string> {
  if (ctx.host.serviceManager === 'systemd') await runOrThrow(ctx.run, 'systemctl', ['daemon-reload']);
  if (!(await engineAnswers(ctx.connect))) return '';
  const ran = await assertMayRestart(ctx).catch((error: unknown) => {
    if (error instanceof CloudError && error.code === 'conflict') return undefined;
    throw error;
  });
  if (ran === undefined) return ", which holds from the engine's next restart on: containers run that it would end";
  await restartEngine(ctx);
  await assertUndisturbed(ctx, ran);
  return ', and restarted the engine';
}

/** Of a file of shell that somebody edited since, only our lines are taken back; in words, undefined for nothing. */
async function takeBackBlock(ctx: SetupContext): Promise<string | undefined> {
  const manager = ctx.host.serviceManager;
  if (manager === 'none' || manager === 'systemd') return undefined;
  const path = await followLinks(ctx.root, ctx.paths.proxy[manager]);
  const before = await readFile(join(ctx.root, path), 'utf8').catch(orMissing);
  if (before === undefined || !(await ctx.changes.editedFiles(name)).includes(path)) return undefined;
  const after = withBlock(before, undefined);
  // Nothing but ours is in it, so nothing is lost when it is put back whole.
  if (after === undefined) return void (await ctx.changes.wrote(name, path, before));
  if (after !== before) await writeHostFile(ctx, name, { path, content: after, merged: true });
  await ctx.changes.leaveFile(name, path);
  return after === before ? undefined : `took the proxy out of ${path}, and left the rest, which was edited after the set-up`;
}

/** `after`: undefined for no file. `stale`: the engine runs with other settings. */
type Plan = { path: string; before: string | undefined; after: string | undefined; closed: boolean; stale: boolean };

/** What is not as the profile says; undefined for nothing. */
function describe({ path, before, after, closed, stale }: Plan, restart: boolean): Check | undefined {
  if (before !== after) {
    const todo = `${after === undefined ? 'remove' : 'write'} ${path}${restart ? ', and restart the engine' : ''}`;
    // A password that differs does not show in the diff.
    return { ok: false, why: after === undefined ? `the profile has no proxy, and ${path} does` : `${path} does not say what the profile does`, todo, files: [fileChange(path, before, after)] };
  }
  if (!closed) return { ok: false, why: `${path} may be read by others than root, and may hold a password`, todo: `set ${path} to 0600` };
  return stale ? { ok: false, why: `the engine does not go by ${path} yet`, todo: 'restart the engine' } : undefined;
}

async function planProxy(ctx: SetupContext): Promise<Plan | undefined> {
  const { proxy } = ctx.profile.engine;
  const manager = ctx.host.serviceManager;
  if (manager === 'none') {
    if (proxy === undefined) return undefined;
    throw new CloudError('invalid', 'No service manager here gives the engine a proxy: it gets the environment of the Novadock agent. Start the agent with HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and leave the proxy out of the profile');
  }
  const path = ctx.paths.proxy[manager];
  const file = join(ctx.root, path);
  const before = await readFile(file, 'utf8').catch(orMissing);
  const after = manager === 'systemd' ? proxy && toDropIn(proxy) : withBlock(before, proxy);
  const closed = after === undefined || after === '' || ((await stat(file).catch(orMissing))?.mode ?? 0) % 0o100 === 0 || proxy === undefined;
  return { path, before, after, closed, stale: before === after && (await isStale(ctx)) };
}

async function assertMayRestart(ctx: SetupContext) {
  return assertRestartHarmless(ctx, { what: 'Another proxy', liveRestoreAfter: true });
}

/** The engine hides passwords in what it tells, and so they are not compared. */
async function isStale(ctx: SetupContext): Promise<boolean> {
  const { proxy } = ctx.profile.engine;
  if (!(await engineAnswers(ctx.connect))) return false;
  if (proxy === undefined) return (await owedTakeOver(ctx, name)) !== undefined;
  const info = (await ctx.connect({ timeoutMs: 30_000 }).info()) as { HttpProxy?: string; HttpsProxy?: string; NoProxy?: string };
  const bare = (url: string | undefined) => (url ?? '').replace(/\/\/[^/]*@/, '//');
  return bare(info.HttpProxy) !== bare(proxy.http) || bare(info.HttpsProxy) !== bare(proxy.https) || (info.NoProxy ?? '') !== proxy.noProxy;
}

function variables({ http, https, noProxy }: EngineProxy): [string, string][] {
  const all: [string, string][] = [['HTTP_PROXY', http], ['HTTPS_PROXY', https], ['NO_PROXY', noProxy]];
  return all.filter(([, value]) => value !== '');
}

const heading = '# Written by Novadock (docs/host-setup.md).';

/** systemd.exec(5), Environment=; a percent sign begins a specifier. */
function toDropIn(proxy: EngineProxy): string {
  const lines = variables(proxy).map(([key, value]) => `Environment="${key}=${value.replace(/["\\]/g, '\\$&').replaceAll('%', '%%')}"`);
  return [heading, '[Service]', ...lines, ''].join('\n');
}

const begin = '# Novadock: the profile\'s proxy';
const end = '# Novadock: end';

/** The file of shell that the init script reads, with our lines where they are, else at its end, or without. */
function withBlock(before: string | undefined, proxy: EngineProxy | undefined): string | undefined {
  const ours = new RegExp(`${begin}\n[\\s\\S]*?${end}\n`);
  const others = (before ?? '').replace(ours, '');
  if (proxy === undefined) return before === undefined || (others === '' && before !== '') ? undefined : others;
  const lines = variables(proxy).map(([key, value]) => `export ${key}='${value.replaceAll("'", String.raw`'\''`)}'`);
  const block = [begin, ...lines, end, ''].join('\n');
  // What somebody wrote below them is to come after them.
  if (before !== undefined && ours.test(before)) return before.replace(ours, () => block);
  return `${others}${others === '' || others.endsWith('\n') ? '' : '\n'}${block}`;
}
