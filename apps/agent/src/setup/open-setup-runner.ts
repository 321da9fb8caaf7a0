import { join } from 'node:path';
import { makeFolder, runSetup, setupSteps, type SetupContext, type SetupStep } from '@novadock/host-setup';
import { CloudError, defaultHostProfile, toCloudError, type HostProfile, type SetupEnd, type SetupEntry, type SetupFacts, type StartSetup } from '@novadock/model';
import type { Logger } from 'pino';
import { readAppliedProfile, writeAppliedProfile } from './applied-profile.ts';
import { logSetup } from './log-setup.ts';
import { openJournal, readJournal, type Journal, type JournalNews } from './open-journal.ts';
import { openRunFolder, type RunFolder, type StoredRun } from './open-run-folder.ts';
import { toDiskError } from './to-disk-error.ts';
import { watchDrift } from './watch-drift.ts';

/** The set-ups of this host: AgentService documents what is asked of it. */
export type SetupRunner = {
  /** Fulfilled once the run is on disk. Throws `conflict` (setupRunning). */
  start(request: StartSetup): Promise<void>;
  /** Throws `notFound`. */
  watch(request: { runId: string; after: number }, signal: AbortSignal): AsyncGenerator<SetupEntry>;
  facts(): Promise<SetupFacts | undefined>;
  /** Throws `conflict` (setupRunning) while a run is under way. */
  assertIdle(): void;
  /** Leaves a run that is under way where it is; the next runner goes on with it. */
  stop(): Promise<void>;
};

export type SetupRunnerOptions = {
  /** Where all that is about set-ups is kept. */
  folder: string;
  createContext: (wanted: { profile: HostProfile; controllerUrl: string | undefined }) => Promise<SetupContext>;
  steps?: SetupStep[];
  log: Logger;
  /** How often the host is compared with its profile. */
  lookEveryMs?: number;
  /** Before this no run goes on, nor begins; undefined: at once. */
  resumeAfter?: Promise<unknown> | undefined;
  /** Told before a new run that applies a profile. */
  onApply?: () => Promise<void>;
};

type Deps = Required<Omit<SetupRunnerOptions, 'lookEveryMs' | 'resumeAfter' | 'onApply'>> & { runs: RunFolder; signal: AbortSignal };
type CurrentRun = { runId: string; journal: Journal; isOver: boolean; done: Promise<void> };

/** A run that was cut off, by whatever, is gone on with. */
export async function openSetupRunner(options: SetupRunnerOptions): Promise<SetupRunner> {
  const stopped = new AbortController();
  await makeFolder(options.folder, 0o700);
  const deps: Deps = { steps: setupSteps, ...options, runs: await openRunFolder(join(options.folder, 'runs')), signal: stopped.signal };
  const { runs, log } = deps;
  let current: CurrentRun | undefined;
  const isBusy = () => current !== undefined && !current.isOver && current.journal.ended === undefined;
  const begin = async ({ request }: StoredRun) => {
    const journal = await openJournal(runs.journal(request.runId));
    if (journal.ended !== undefined) return journal.close();
    const run: CurrentRun = { runId: request.runId, journal, isOver: false, done: Promise.resolve() };
    const onOver = () => {
      run.isOver = true;
      if (!stopped.signal.aborted) void drift.look();
    };
    current = run;
    run.done = carryOut({ ...deps, onOver }, request, journal);
  };
  const drift = watchDrift({ ...deps, isBusy, intervalMs: options.lookEveryMs });
  const assertIdle = () => {
    if (isBusy()) throw new CloudError('conflict', `Another run of this host's set-up is under way (${current?.runId}). Wait until it has ended.`, { reason: 'setupRunning' });
  };
  const makeReady = async ({ kind }: StartSetup) => {
    await endAbandoned(runs);
    if (kind === 'apply') await options.onApply?.();
  };
  const start = async (request: StartSetup) => {
    const known = (await runs.list()).some((run) => run.request.runId === request.runId);
    if (known) return;
    assertIdle();
    await makeReady(request).catch((error: unknown) => Promise.reject(toDiskError(error)));
    log.info({ run: request.runId, kind: request.kind, profile: request.profile?.name, revision: request.profile?.revision }, 'a set-up begins');
    await begin(await runs.add(request).catch((error: unknown) => Promise.reject(toDiskError(error))));
  };
  const resume = async () => {
    await options.resumeAfter;
    const newest = (await runs.list()).at(-1);
    if (newest !== undefined && !stopped.signal.aborted) await begin(newest);
  };
  // Whatever became of its disk, an agent serves its instances.
  const resumed = resume().catch((error: unknown) => log.error({ err: error }, 'the runs of the set-up cannot be read'));
  if (options.resumeAfter === undefined) await resumed;
  // One after the other, so that two that come at once do not both find the host idle.
  let starting: Promise<void> = resumed;
  return {
    start: (request) => (starting = starting.catch(() => {}).then(() => start(request))),
    watch: (request, signal) => watch(runs, () => current, request, signal),
    facts: drift.facts,
    assertIdle,
    stop: async () => {
      stopped.abort(new CloudError('unavailable', 'The agent stops.'));
      await current?.done;
    },
  };
}

async function* watch(runs: RunFolder, current: () => CurrentRun | undefined, { runId, after }: { runId: string; after: number }, signal: AbortSignal): AsyncGenerator<SetupEntry> {
  const known = (await runs.list()).some(({ request }) => request.runId === runId);
  if (!known) throw new CloudError('notFound', 'This host knows no such run of its set-up; it keeps the last 20.');
  const live = current();
  if (live?.runId === runId) return yield* live.journal.read(after, signal);
  // Nobody writes to it, or is about to for the first time: then whoever asks is told to come again.
  yield* readJournal(runs.journal(runId), after, signal);
}

/** A run whose journal could not be written any more has no end; once another one begins, it has one. */
async function endAbandoned(runs: RunFolder): Promise<void> {
  const newest = (await runs.list()).at(-1);
  if (newest === undefined) return;
  const journal = await openJournal(runs.journal(newest.request.runId));
  try {
    const error = { code: 'internal', message: 'Its journal could not be written any more: is the disk of the host full?', step: journal.lastStep ?? '' };
    if (journal.ended === undefined) await journal.append({ ended: { succeeded: false, changed: 0, error } });
  } finally {
    await journal.close();
  }
}

/** Never rejects: what went wrong is the end of the run, unless the agent stops, or its disk takes nothing any more. */
async function carryOut(deps: Deps & { onOver: () => void }, request: StartSetup, journal: Journal): Promise<void> {
  const { log, signal } = deps;
  const { runId: run, kind } = request;
  const tell = logSetup(log, request);
  const report = async (news: JournalNews) => {
    await journal.append(news);
    tell(news);
  };
  try {
    const step = journal.lastStep;
    if (step !== undefined) {
      log.info({ run, kind, step }, 'a set-up that was cut off goes on');
      await report({ output: { step, text: 'The run was cut off here, and goes on from its first step: what is done already stays.\n' } });
    }
    await report({ ended: await runToEnd(deps, request, report) });
  } catch (error) {
    if (signal.aborted) log.info({ run, kind }, 'a set-up is left where it is; it is gone on with when the agent starts again');
    else log.error({ run, kind, err: error }, 'the journal of a set-up cannot be written; the run is gone on with when the agent starts again');
  } finally {
    deps.onOver();
    await journal.close();
  }
}

async function runToEnd(deps: Deps, request: StartSetup, report: (news: JournalNews) => Promise<void>): Promise<SetupEnd> {
  const { signal, folder } = deps;
  const { kind } = request;
  try {
    const wanted = await findProfile(deps, request);
    const end = await runSetup({ kind, ctx: await deps.createContext(wanted), steps: deps.steps, signal, report });
    // Before the end is told: whoever hears of it finds the host's facts as they are now.
    if (end.succeeded && kind === 'apply') await writeAppliedProfile(folder, { state: 'applied', ...wanted });
    if (end.succeeded && kind === 'undo') await writeAppliedProfile(folder, { state: 'undone' });
    return end;
  } catch (thrown) {
    signal.throwIfAborted();
    const error = thrown instanceof Error && !(thrown instanceof CloudError) ? new CloudError('internal', thrown.message, { cause: thrown }) : toCloudError(thrown);
    return { succeeded: false, changed: 0, error: { code: error.reason ?? error.code, message: error.message, step: '' } };
  }
}

/** An undo comes without a profile: it takes back what was applied last, or was tried. */
async function findProfile({ folder, runs }: Deps, { profile, controllerUrl }: StartSetup): Promise<{ profile: HostProfile; controllerUrl: string | undefined }> {
  if (profile !== undefined) return { profile, controllerUrl };
  const tried = (await runs.list()).findLast(({ request }) => request.kind === 'apply')?.request.profile;
  const applied = await readAppliedProfile(folder);
  const last = applied?.state === 'applied' ? applied.profile : undefined;
  return { profile: tried ?? last ?? { name: 'default', revision: 1, ...defaultHostProfile }, controllerUrl };
}
