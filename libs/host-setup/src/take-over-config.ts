import { CloudError } from '@novadock/model';
import { assertRestartHarmless } from './assert-restart-harmless.ts';
import { assertUndisturbed } from './assert-undisturbed.ts';
import { engineAnswers } from './engine-answers.ts';
import { engineArguments } from './engine-arguments.ts';
import { keysNotInEffect, movingKeys, restartKeys, type EngineSettings, type RunningSettings } from './engine-settings.ts';
import { pollUntil } from './poll-until.ts';
import { readEngineLog } from './read-engine-log.ts';
import { restartEngine } from './restart-engine.ts';
import { runOrThrow } from './run-or-throw.ts';
import type { RunningContainer } from './running-containers.ts';
import type { SetupContext } from './setup-step.ts';
import { startEngine } from './start-engine.ts';
import { forgetUnproven, revertUnproven } from './unproven-config.ts';

/** What the engine that runs is to take over: all of daemon.json is `settings`, `keys` are those that it does not go by. */
export type TakeOver = { settings: EngineSettings; keys: string[] };

/** How it gets there, in words. */
export function sayHow({ keys }: TakeOver): string {
  const restart = restartKeys(keys);
  return restart.length === 0 ? 'let the engine reload it (SIGHUP, no restart)' : `restart the engine, since it takes ${restart.join(', ')} only so`;
}

/** Throws `conflict` where it would end containers, or hide them; gives back what runs where the engine is to be restarted. */
export async function assertMayTakeOver(ctx: SetupContext, { settings, keys }: TakeOver): Promise<RunningContainer[]> {
  const moving = movingKeys(keys);
  if (moving.length > 0) {
    const containers = await ctx.connect({ timeoutMs: 30_000 }).listContainers({ all: true });
    if (containers.length > 0) throw new CloudError('conflict', `With another ${moving.join(', ')} the engine would no longer see its ${containers.length} containers. Remove them, or leave it out of the profile, then run the set-up again`);
  }
  const restart = restartKeys(keys);
  return restart.length === 0 ? [] : assertRestartHarmless(ctx, { what: `Another ${restart.join(', ')}`, liveRestoreAfter: settings['live-restore'] === true });
}

/**
 * The engine goes by daemon.json, by a reload where that is enough. When it does not come up, or does not take it over, the file from
 * before is put back, the engine runs with that again, and ENGINE_CONFIG_INVALID is thrown with the end of its log.
 */
export async function takeOver(ctx: SetupContext, todo: TakeOver): Promise<void> {
  const ran = await assertMayTakeOver(ctx, todo);
  try {
    await bringAbout(ctx, todo);
  } catch (error) {
    const log = await readEngineLog(ctx);
    if (!(await revertUnproven(ctx))) throw error;
    await recover(ctx, todo);
    await assertUndisturbed(ctx, ran);
    throw configInvalid(ctx, error, log);
  }
  await forgetUnproven(ctx);
  await assertUndisturbed(ctx, ran);
}

/** `error` is why the engine did not come up with a daemon.json that has been put back. */
export function configInvalid(ctx: SetupContext, error: unknown, log: string): CloudError {
  const why = error instanceof Error ? error.message : String(error);
  const lines = log === '' || why.includes(log) ? '' : `\nThe end of its log:\n${log}`;
  return new CloudError('invalid', `The Docker Engine does not run with the settings of profile ${ctx.profile.name}, so ${ctx.paths.daemonJson} was put back as it was, and the engine runs with that: ${why}${lines}\nChange the profile, then run the set-up again`, { reason: 'ENGINE_CONFIG_INVALID', cause: error });
}

async function bringAbout(ctx: SetupContext, { settings, keys }: TakeOver): Promise<void> {
  if (restartKeys(keys).length > 0) await restartEngine(ctx);
  else await reloadEngine(ctx);
  const wanted = Object.fromEntries(Object.entries(settings).filter(([key]) => keys.includes(key)));
  const missing = async () => keysNotInEffect(wanted, (await ctx.connect({ timeoutMs: 30_000 }).info()) as RunningSettings);
  const taken = await pollUntil({ condition: async () => (await missing()).length === 0, timeoutMs: ctx.engineTimeoutMs });
  if (!taken) throw new CloudError('unavailable', `The engine did not take over ${(await missing()).join(', ')} from ${ctx.paths.daemonJson}. Its log says why`);
}

/** The engine reads daemon.json again, without a restart. */
export async function reloadEngine(ctx: SetupContext): Promise<void> {
  const engine = await engineArguments(ctx);
  if (engine !== undefined) await runOrThrow(ctx.run, 'kill', ['-s', 'HUP', String(engine.pid)]);
  else if (ctx.host.serviceManager === 'systemd') await runOrThrow(ctx.run, 'systemctl', ['reload', 'docker']);
  else throw new CloudError('invalid', `The engine that runs has no pid in ${ctx.paths.enginePidFile}. Send it SIGHUP, so that it reloads ${ctx.paths.daemonJson}, then run the set-up again`);
}

async function recover(ctx: SetupContext, { keys }: TakeOver): Promise<void> {
  if (!(await engineAnswers(ctx.connect))) await startEngine(ctx);
  else if (restartKeys(keys).length > 0) await restartEngine(ctx);
  else await reloadEngine(ctx);
}
