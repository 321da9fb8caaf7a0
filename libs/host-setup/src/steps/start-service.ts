import { CloudError } from '@novadock/model';
import { assertEngineFits } from '../assert-engine-fits.ts';
import { engineAnswers } from '../engine-answers.ts';
import { engineIsOurs } from '../engine-is-ours.ts';
import { findShims } from '../find-shims.ts';
import { lookAtPackages } from '../look-at-packages.ts';
import { readEngineLog } from '../read-engine-log.ts';
import { isOurs, isSmokeTest, runningContainers } from '../running-containers.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';
import { startCommands, startEngine } from '../start-engine.ts';
import { stopEngine } from '../stop-engine.ts';
import { configInvalid } from '../take-over-config.ts';
import { forgetUnproven, revertUnproven } from '../unproven-config.ts';

const stopTimeoutSeconds = 10;

/** The engine answers on its socket. One that answers is never restarted. */
export const startService: SetupStep = {
  name: 'service',
  title: 'Docker service',

  async check(ctx) {
    if (await engineAnswers(ctx.connect)) return { ok: true, detail: `Docker Engine ${await assertEngineFits(ctx.connect)} answers on ${ctx.paths.socket}` };
    const manager = ctx.host.serviceManager;
    const todo = manager === 'none' ? `start dockerd in the background, logging to ${ctx.paths.engineLog} (no service manager here)` : `start it: ${startCommands[manager].join(' ')}`;
    return { ok: false, why: `the engine does not answer on ${ctx.paths.socket}`, todo };
  },

  async apply(ctx) {
    try {
      await startEngine(ctx);
    } catch (error) {
      const log = await readEngineLog(ctx);
      if (!(await revertUnproven(ctx))) throw error;
      await startEngine(ctx);
      throw configInvalid(ctx, error, log);
    }
    await forgetUnproven(ctx);
  },

  async undo(ctx) {
    if (!(await engineIsOurs(ctx, await lookAtPackages(ctx)))) return '';
    if (!(await engineAnswers(ctx.connect))) {
      await assertNothingRunsOn(ctx);
      return '';
    }
    const foreign = (await runningContainers(ctx.connect)).filter(({ ours }) => !ours);
    if (foreign.length > 0) {
      const names = foreign.slice(0, 5).map(({ name }) => name).join(', ');
      throw new CloudError('conflict', `The engine that Novadock installed would be stopped, and ${foreign.length} of its containers that are not Novadock's run in it (${names}). Stop them, then take the set-up back again`);
    }
    await endOurs(ctx);
    await stopEngine(ctx);
    return 'stopped the Docker Engine';
  },
};

/** With live-restore on, containers outlive their engine; only an engine that answers can tell whose they are, and end them. */
async function assertNothingRunsOn(ctx: SetupContext): Promise<void> {
  const ids = await findShims(ctx);
  if (ids.length === 0) return;
  const manager = ctx.host.serviceManager;
  const start = manager === 'none' ? 'dockerd' : startCommands[manager].join(' ');
  const names = ids.slice(0, 5).map((id) => id.slice(0, 12)).join(', ');
  throw new CloudError('conflict', `The engine that Novadock installed does not answer, and ${ids.length} of its containers run on without it (${names}). Start it with \`${start}\`, then take the set-up back again`);
}

/** With live-restore on, instances would run on without their engine. None is removed: whoever forced this may want them back. */
async function endOurs(ctx: SetupContext): Promise<void> {
  const engine = ctx.connect({ timeoutMs: 60_000 });
  const containers = (await engine.listContainers({ all: true })).filter(({ Labels }) => isOurs(Labels));
  await Promise.all(containers.map(async ({ Id, Labels }) => {
    const container = engine.getContainer(Id);
    await (isSmokeTest(Labels) ? container.remove({ force: true, v: true }) : container.stop({ t: stopTimeoutSeconds })).catch(orDone);
  }));
}

/** It had ended, or is gone. */
function orDone(error: { statusCode?: number }): void {
  if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
}
