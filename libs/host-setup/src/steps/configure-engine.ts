import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CloudError } from '@novadock/model';
import { engineAnswers } from '../engine-answers.ts';
import { engineArguments } from '../engine-arguments.ts';
import { runtimeName } from '../host-paths.ts';
import { pollUntil } from '../poll-until.ts';
import { runOrThrow } from '../run-or-throw.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

/** daemon.json asks for live-restore and the runtime, next to whatever else it says, and the engine that runs has taken it over. */
export const configureEngine: SetupStep = {
  name: 'engine-config',
  title: 'Configuration of the Docker Engine',

  async check(ctx) {
    const path = ctx.paths.daemonJson;
    const file = await readDaemonJson(ctx);
    const wanted = await wantedSettings(ctx);
    const inFile = (!wanted.liveRestore || file.settings['live-restore'] === true) && runtimePath(file.settings['runtimes']) === ctx.paths.runtime;
    const what = `${wanted.liveRestore ? '"live-restore": true and ' : ''}the runtime ${runtimeName}`;
    if (!inFile) return { ok: false, why: `${path} lacks ${what}`, todo: `add ${what} to ${path}, keeping the rest, and let the engine reload it (no restart)` };
    const running = await runningSettings(ctx);
    if (running === undefined) return { ok: true, detail: `${path}; in effect when the engine starts` };
    if (holds(ctx, running, wanted)) return { ok: true, detail: `${path} has ${what}` };
    return { ok: false, why: `the engine has not taken over ${path}`, todo: 'let the engine reload it (SIGHUP, no restart)' };
  },

  async apply(ctx) {
    const wanted = await wantedSettings(ctx);
    await writeSettings(ctx, wanted);
    if (await engineAnswers(ctx.connect)) await reload(ctx, wanted);
  },
};

type Settings = Record<string, unknown>;
type Wanted = { liveRestore: boolean };
type Running = { liveRestore: boolean; runtimes: unknown; swarm: boolean };

async function readDaemonJson(ctx: SetupContext): Promise<{ settings: Settings; text: string }> {
  const path = ctx.paths.daemonJson;
  const text = await readFile(join(ctx.root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (text.trim() === '') return { settings: {}, text };
  const settings = parse(text, path);
  if (!isObject(settings)) throw new CloudError('invalid', `${path} is not a JSON object. Mend it or move it away, then run the set-up again`);
  if (settings['runtimes'] !== undefined && !isObject(settings['runtimes'])) throw new CloudError('invalid', `"runtimes" in ${path} is not a JSON object. Mend it, then run the set-up again`);
  return { settings, text };
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CloudError('invalid', `${path} is not valid JSON (${error instanceof Error ? error.message : 'unreadable'}), so it was left alone. Mend it or move it away, then run the set-up again`, { cause: error });
  }
}

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function runtimePath(runtimes: unknown): unknown {
  const entry = isObject(runtimes) ? runtimes[runtimeName] : undefined;
  return isObject(entry) ? entry['path'] : undefined;
}

async function runningSettings(ctx: SetupContext): Promise<Running | undefined> {
  if (!(await engineAnswers(ctx.connect))) return undefined;
  const info = (await ctx.connect({ timeoutMs: 30_000 }).info()) as { LiveRestoreEnabled?: boolean; Runtimes?: unknown; Swarm?: { LocalNodeState?: string } };
  return { liveRestore: info.LiveRestoreEnabled === true, runtimes: info.Runtimes, swarm: !['inactive', '', undefined].includes(info.Swarm?.LocalNodeState) };
}

// The engine refuses to start with a setting that is both in the file and among its arguments, and with live-restore in a swarm.
async function wantedSettings(ctx: SetupContext): Promise<Wanted> {
  const args = (await engineArguments(ctx))?.args ?? [];
  if (args.some((arg) => /^--add-runtime\b/.test(arg))) {
    throw new CloudError('invalid', `dockerd is started with --add-runtime, which rules out runtimes in ${ctx.paths.daemonJson}. Move that setting into the file, restart the engine, then run the set-up again`);
  }
  const swarm = (await runningSettings(ctx))?.swarm === true;
  return { liveRestore: !swarm && !args.some((arg) => /^--live-restore\b/.test(arg)) };
}

function holds(ctx: SetupContext, running: Running, wanted: Wanted): boolean {
  return (!wanted.liveRestore || running.liveRestore) && runtimePath(running.runtimes) === ctx.paths.runtime;
}

async function writeSettings(ctx: SetupContext, wanted: Wanted): Promise<void> {
  const { settings, text } = await readDaemonJson(ctx);
  const runtimes = isObject(settings['runtimes']) ? settings['runtimes'] : {};
  const merged = { ...settings, ...(wanted.liveRestore ? { 'live-restore': true } : {}), runtimes: { ...runtimes, [runtimeName]: { path: ctx.paths.runtime } } };
  const indent = /^[ \t]+/m.exec(text)?.[0] ?? '  ';
  const named = join(ctx.root, ctx.paths.daemonJson);
  await mkdir(dirname(named), { recursive: true });
  // Where configuration management put a link, its target is what changes.
  const file = await realpath(named).catch(() => named);
  const mode = await stat(file).then(
    (status) => status.mode & 0o777,
    () => 0o644,
  );
  const fresh = `${file}.novadock-new`;
  await writeFile(fresh, `${JSON.stringify(merged, undefined, indent)}\n`, { mode });
  await rename(fresh, file);
}

async function reload(ctx: SetupContext, wanted: Wanted): Promise<void> {
  const engine = await engineArguments(ctx);
  if (engine !== undefined) await runOrThrow(ctx.run, 'kill', ['-s', 'HUP', String(engine.pid)]);
  else if (ctx.host.serviceManager === 'systemd') await runOrThrow(ctx.run, 'systemctl', ['reload', 'docker']);
  else throw new CloudError('invalid', `The engine that runs has no pid in ${ctx.paths.enginePidFile}. Send it SIGHUP, so that it reloads ${ctx.paths.daemonJson}, then run the set-up again`);
  const taken = await pollUntil({
    condition: async () => {
      const running = await runningSettings(ctx);
      return running !== undefined && holds(ctx, running, wanted);
    },
    timeoutMs: ctx.engineTimeoutMs,
  });
  if (!taken) throw new CloudError('unavailable', `The engine was told to reload ${ctx.paths.daemonJson} and did not take it over. Its log says why; restart it when no container runs, then run the set-up again`);
}
