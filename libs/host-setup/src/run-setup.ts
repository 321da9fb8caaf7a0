import { CloudError, toCloudError } from '@novadock/model';
import { setupSteps } from './setup-steps.ts';
import type { Check, SetupContext, SetupStep } from './setup-step.ts';
import { withHostLock } from './with-host-lock.ts';

export type SetupProgress = { step: string; title: string; state: 'ok' | 'applying' | 'done' | 'failed'; detail: string };
export type SetupResult = { changed: string[] };
export type SetupOptions = { ctx: SetupContext; report: (progress: SetupProgress) => void; steps?: SetupStep[] };

/**
 * Brings each step about, in order, and leaves what is there already as it is; `changed` names the steps that were
 * applied. Throws a CloudError that names the step, why it failed and what to do; what was done until then stays.
 */
export async function runSetup(options: SetupOptions): Promise<SetupResult> {
  // A second set-up waits for the first, and then finds everything done.
  return withHostLock({ name: `set-up of ${options.ctx.root}`, timeoutMs: 15 * 60_000, work: () => runSteps(options) });
}

async function runSteps(options: SetupOptions): Promise<SetupResult> {
  const changed: string[] = [];
  for (const step of options.steps ?? setupSteps) {
    const report = (state: SetupProgress['state'], detail: string) => options.report({ step: step.name, title: step.title, state, detail });
    try {
      const before = await step.check(options.ctx);
      if (before.ok) {
        report('ok', before.detail);
        continue;
      }
      report('applying', before.todo);
      report('done', await applyAndVerify(step, options.ctx, before));
      changed.push(step.name);
    } catch (thrown) {
      const error = thrown instanceof CloudError ? thrown : describeFault(thrown);
      report('failed', error.message);
      throw nameStep(step, error);
    }
  }
  return { changed };
}

async function applyAndVerify(step: SetupStep, ctx: SetupContext, before: Check & { ok: false }): Promise<string> {
  if (!ctx.host.isRoot) throw new CloudError('forbidden', `only root can see and change all that is needed, so run the set-up as root (sudo). As far as seen now: ${before.why}; to do: ${before.todo}`);
  await step.apply(ctx);
  const after = await step.check(ctx);
  if (!after.ok) throw new CloudError('unavailable', `${after.why}, even after this was done: ${before.todo}. Do it by hand, then run the set-up again`);
  return after.detail;
}

function nameStep(step: SetupStep, error: CloudError): CloudError {
  return new CloudError(error.code, `${step.title}: ${error.message}`, { reason: `setup/${step.name}`, cause: error.cause ?? error });
}

// A fault of the file system or the engine says more to the user than "an unexpected fault".
function describeFault(thrown: unknown): CloudError {
  return thrown instanceof Error ? new CloudError('unavailable', thrown.message, { cause: thrown }) : toCloudError(thrown);
}
