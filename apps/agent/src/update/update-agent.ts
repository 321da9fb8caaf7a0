import { setTimeout as delay } from 'node:timers/promises';
import { readUnitLog, type Check, type RunCommand, type SetupContext, type SetupStep } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';
import type { AgentPrograms } from './agent-programs.ts';
import type { AgentManifest } from './fetch-manifest.ts';
import type { AgentTrial, EndedTrial } from './open-trial.ts';

export type UpdateDeps = {
  /** The version that this process is. */
  running: string;
  /** Undefined where it was not installed by join.sh: then it cannot be replaced. */
  installed: { unit: string; programs: AgentPrograms; trial: AgentTrial } | undefined;
  /** What the control plane of a run gives out. `url` undefined: of a set-up by hand. */
  manifest: (url: string | undefined) => Promise<AgentManifest>;
  archive: (url: string | undefined, manifest: AgentManifest, file: string) => Promise<void>;
  /** Keeps join.sh away meanwhile. */
  locked: <T>(work: () => Promise<T>) => Promise<T>;
  /** How long systemd may take to end this process once it was told to. */
  restartTimeoutMs?: number;
};

type Installed = NonNullable<UpdateDeps['installed']>;

const logLines = 20;

/** The agent is of the profile's version, the last of a host's steps: it replaces itself, and the new version ends the run. R12: openTrial has how the old one comes back. */
export function updateAgent(deps: UpdateDeps): SetupStep {
  const { running, installed } = deps;
  return {
    name: 'agent',
    title: 'Version of the agent',
    isWanted: ({ agentVersion }) => agentVersion !== '',

    async check(ctx) {
      const wanted = ctx.profile.agentVersion;
      const ended = await installed?.trial.ended();
      if (running === wanted) return checkRunning(running, ended);
      const here = await assertInstalled(deps, wanted);
      const ready = (await here.programs.has(wanted)) ? 'which is on this host already' : `of ${await assertAvailable(deps, here, ctx)} MiB, from the control plane`;
      const failed = ended?.stage === 'failed' && ended.to === wanted ? '; its last trial on this host failed' : '';
      return { ok: false, why: `the agent is ${running}${failed}`, todo: `replace it by ${wanted}, ${ready}, and go back to ${running} unless the control plane has called it within 60 s` };
    },

    async stage(ctx) {
      const wanted = ctx.profile.agentVersion;
      if (running === wanted) return '';
      const here = await assertInstalled(deps, wanted);
      if (await here.programs.has(wanted)) return '';
      await deps.locked(() => install(deps, here, ctx));
      return `fetched the agent ${wanted}`;
    },

    async apply(ctx) {
      const wanted = ctx.profile.agentVersion;
      const here = await assertInstalled(deps, wanted);
      const ended = await here.trial.ended();
      if (running === wanted) return finish(deps, here, ended);
      if (ended?.stage === 'failed' && ended.to === wanted) throw await toFailure(ctx.run, here, ended);
      await deps.locked(async () => {
        if (await here.programs.has(wanted)) await here.programs.assertRuns(wanted, ctx.run);
        else await install(deps, here, ctx);
        await here.trial.begin(wanted).catch(async (error: unknown) => {
          await here.trial.takeBack();
          throw error;
        });
      });
      await restart(deps, here, ctx.run);
    },

    // The agent that undoes a set-up is the one that is there.
    undo: async () => '',
  };
}

/** After its trial there is something left to do: then the run tells that the version was changed. */
function checkRunning(running: string, ended: EndedTrial | undefined): Check {
  if (ended?.stage !== 'passed' || ended.to !== running) return { ok: true, detail: `the agent is ${running}` };
  return { ok: false, why: `the agent is ${running} in the place of ${ended.from}, and has passed its trial`, todo: `keep it, and ${ended.from} beside it` };
}

async function assertInstalled({ running, installed }: UpdateDeps, wanted: string): Promise<Installed> {
  if (installed !== undefined && (await installed.programs.has(running))) return installed;
  throw new CloudError('invalid', `The agent of this host (${running}) was not installed by join.sh, so it cannot replace itself by ${wanted}. Bring it up to date by hand, or give this host a profile without agentVersion`, { reason: 'AGENT_NOT_INSTALLED' });
}

/** Gives back its size. Throws `invalid` (AGENT_VERSION_UNAVAILABLE) unless the control plane has the wanted version. */
async function assertAvailable(deps: UpdateDeps, { programs }: Installed, ctx: SetupContext): Promise<number> {
  const manifest = await findManifest(deps, ctx);
  await programs.assertRoom(manifest);
  return Math.ceil(manifest.bytes / 2 ** 20);
}

async function findManifest({ manifest }: UpdateDeps, { profile, controllerUrl, host }: SetupContext): Promise<AgentManifest> {
  const wanted = profile.agentVersion;
  const unavailable = (why: string, cause?: unknown) =>
    new CloudError('invalid', `The agent ${wanted} is neither on this host nor at the control plane (${why}). Name a version that is there in agentVersion of the profile, or make it there: \`npm run package-agent -- ${host.architecture}\``, { reason: 'AGENT_VERSION_UNAVAILABLE', cause });
  const found = await manifest(controllerUrl).catch((error: unknown) => {
    throw error instanceof CloudError && error.code === 'notFound' ? unavailable('it has none for this CPU type', error) : error;
  });
  if (found.version === wanted) return found;
  throw unavailable(`it has ${found.version}`);
}

async function install(deps: UpdateDeps, { programs }: Installed, ctx: SetupContext): Promise<void> {
  const manifest = await findManifest(deps, ctx);
  await programs.install(manifest, { run: ctx.run, kept: deps.running, fetch: (file) => deps.archive(ctx.controllerUrl, manifest, file) });
}

/** Does not return: systemd ends this process, and the agent that starts goes on with the run. */
async function restart({ restartTimeoutMs = 60_000 }: UpdateDeps, { unit, trial }: Installed, run: RunCommand): Promise<never> {
  const { code, output } = await run('systemctl', ['--no-block', 'restart', unit]);
  if (code === 0) await delay(restartTimeoutMs, undefined, { ref: false });
  await trial.takeBack();
  throw new CloudError('unavailable', `systemd did not restart the agent, so it stays as it is${output.trim() === '' ? '' : `: ${output.trim()}`}`, { reason: 'AGENT_UPDATE_FAILED' });
}

async function finish({ running, locked }: UpdateDeps, { programs, trial }: Installed, ended: EndedTrial | undefined): Promise<void> {
  if (ended !== undefined) await locked(() => programs.keep({ running, previous: ended.from }));
  await trial.forget();
}

async function toFailure(run: RunCommand, { unit }: Installed, { from, to, startedAtMs, endedAtMs }: EndedTrial): Promise<CloudError> {
  // Not a moment more: the old version has gone on with the run since then, and says so.
  const said = await readUnitLog({ run }, unit, { lines: logLines, sinceMs: startedAtMs, untilMs: endedAtMs });
  const log = said === '' ? 'It left no log.' : `The end of its log:\n${said}`;
  return new CloudError('unavailable', `The agent ${to} did not run on this host until the control plane had called it, within 60 s and without a restart in between, so ${from} is back. ${log}`, { reason: 'AGENT_UPDATE_FAILED' });
}
