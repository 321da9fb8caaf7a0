import { CloudError, toCloudError, type ExactPackage, type FileChange, type SetupEnd, type SetupKind, type SetupOutput, type SetupStepChange, type SetupStepState } from '@novadock/model';
import { redact } from './redact.ts';
import { setupSteps } from './setup-steps.ts';
import type { Check, SetupContext, SetupStep } from './setup-step.ts';
import { createStepLog, type StepLog } from './step-log.ts';
import { withSetupLock } from './with-setup-lock.ts';

/** What a run tells of: a step got into another state, or printed something. */
export type SetupNews = { step: SetupStepChange } | { output: SetupOutput };

export type SetupRun = {
  kind: SetupKind;
  ctx: SetupContext;
  /** Fulfilled once the news is kept; a run goes on after that, and ends when it cannot be kept. */
  report: (news: SetupNews) => Promise<void>;
  /** Gives the run up where it is: what it was doing may go on. */
  signal?: AbortSignal;
  steps?: SetupStep[];
};

/**
 * Runs a kind of set-up over the steps. `check` looks at each, whatever the others say; `stage` fetches what each will need; `apply`
 * brings each about, in order, leaves what is there already as it is; `undo` takes back in reverse order. They end at the first that fails. What
 * was done until then stays. How it went is returned; throws only what `report` or the end of `signal` throws.
 */
export async function runSetup(run: SetupRun): Promise<SetupEnd> {
  const work = () => untilAborted(run.signal, runSteps(run));
  // A second set-up waits for the first, and then finds everything done.
  return untilAborted(run.signal, withSetupLock({ root: run.ctx.root, timeoutMs: 15 * 60_000, work }));
}

async function runSteps(run: SetupRun): Promise<SetupEnd> {
  const all = run.steps ?? setupSteps;
  const steps = run.kind === 'undo' ? all.toReversed() : all.filter((step) => step.isWanted?.(run.ctx.profile) !== false);
  const end: SetupEnd = { succeeded: true, changed: 0, error: undefined };
  for (const step of steps) {
    const error = await runStep(run, step, end);
    if (error === undefined) continue;
    end.succeeded = false;
    end.error ??= { code: error.reason ?? error.code, message: redact(error.message), step: step.name };
    if (run.kind !== 'check') break;
  }
  return end;
}

type Outcome = { state: SetupStepState; detail: string; files?: FileChange[]; packages?: ExactPackage[] };
type StepRun = { step: SetupStep; log: StepLog; tell: (outcome: Outcome) => Promise<void>; isAfterChange: boolean };

/** Counts what it changed; gives back why the step failed. */
async function runStep(run: SetupRun, step: SetupStep, end: SetupEnd): Promise<CloudError | undefined> {
  const startedAtMs = Date.now();
  const log = createStepLog(run.ctx, step.name, (output) => run.report({ output }));
  const tell = async ({ state, detail, files = [], packages }: Outcome) => {
    // All that it printed stands before what became of it.
    await log.flush();
    run.signal?.throwIfAborted();
    await run.report({ step: { name: step.name, title: step.title, state, detail: redact(detail), files, durationMs: state === 'runs' ? 0 : Date.now() - startedAtMs, packages } });
  };
  await tell({ state: 'runs', detail: '' });
  try {
    const outcome = await kinds[run.kind]({ step, log, tell, isAfterChange: end.changed > 0 });
    if (outcome.state !== 'ok') end.changed += 1;
    await tell(outcome);
    return undefined;
  } catch (thrown) {
    const error = describeFault(thrown);
    log.explain();
    await tell({ state: 'failed', detail: error.message });
    return error;
  }
}

const kinds: Record<SetupKind, (run: StepRun) => Promise<Outcome>> = { check: look, stage: fetchAhead, apply: bringAbout, undo: takeBack };

async function look({ step, log, isAfterChange }: StepRun): Promise<Outcome> {
  try {
    const found = await step.check({ ...log.quiet, isPreview: true });
    if (found.ok) return { state: 'ok', detail: found.detail };
    return { state: 'wouldChange', detail: `${found.why}; to do: ${found.todo}`, files: found.files, packages: found.packages };
  } catch (thrown) {
    const error = describeFault(thrown);
    // What a step that comes before would bring about may be what is missed here.
    if (!isAfterChange || (error.code !== 'unavailable' && error.code !== 'internal')) throw error;
    return { state: 'wouldChange', detail: `it can be looked at once the steps before it are done: ${error.message}` };
  }
}

async function fetchAhead({ step, log }: StepRun): Promise<Outcome> {
  const fetched = step.stage === undefined ? '' : await step.stage(log.shown);
  return fetched === '' ? { state: 'ok', detail: 'there was nothing to fetch' } : { state: 'changed', detail: fetched };
}

async function bringAbout({ step, log, tell }: StepRun): Promise<Outcome> {
  const before = await step.check(log.quiet);
  if (before.ok) return { state: 'ok', detail: before.detail };
  assertRoot(log.quiet, before);
  await tell({ state: 'runs', detail: before.todo, files: before.files });
  await step.apply(log.shown);
  const after = await step.check(log.quiet);
  if (!after.ok) throw new CloudError('unavailable', `${after.why}, even after this was done: ${before.todo}. Do it by hand, then run the set-up again`);
  return { state: 'changed', detail: after.detail, files: before.files };
}

async function takeBack({ step, log }: StepRun): Promise<Outcome> {
  const ctx = log.shown;
  if (!ctx.host.isRoot) throw new CloudError('forbidden', 'only root can take back what a set-up changed, so run this as root (sudo)');
  const files: FileChange[] = [];
  const restoreFiles = async (name: string) => {
    const restored = await ctx.changes.restoreFiles(name);
    files.push(...restored);
    return restored;
  };
  const undone = await step.undo({ ...ctx, changes: { ...ctx.changes, restoreFiles } });
  const left = (await ctx.changes.editedFiles(step.name)).map((path) => `${path} was edited since, so it was left: remove it, or what Novadock wrote in it, by hand`);
  const done = [undone, ...left].filter((words) => words !== '').join('; ');
  await ctx.changes.forget(step.name);
  return done === '' && files.length === 0 ? { state: 'ok', detail: 'there was nothing to take back' } : { state: 'changed', detail: done, files };
}

function assertRoot(ctx: SetupContext, found: Check & { ok: false }): void {
  if (ctx.host.isRoot) return;
  throw new CloudError('forbidden', `only root can see and change all that is needed, so run the set-up as root (sudo). As far as seen now: ${found.why}; to do: ${found.todo}`);
}

/** A fault of the file system or the engine says more to the user than "an unexpected fault". */
function describeFault(thrown: unknown): CloudError {
  if (thrown instanceof CloudError) return thrown;
  return thrown instanceof Error ? new CloudError('unavailable', thrown.message, { cause: thrown }) : toCloudError(thrown);
}

/** Not later than the signal: a step may hang in something that knows none. */
async function untilAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const give = () => reject(signal.reason as Error);
  if (signal.aborted) give();
  signal.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}
