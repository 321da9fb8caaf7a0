import { CloudError, toCloudError } from '@novadock/model';
import { setupSteps } from './setup-steps.ts';
import type { Check, SetupContext, SetupStep } from './setup-step.ts';

export type SetupProgress = { step: string; title: string; state: 'ok' | 'applying' | 'done' | 'failed'; detail: string };
export type SetupResult = { changed: string[] };

/**
 * Brings each step about, in order, and leaves what is there already as it is; `changed` names the steps that were
 * applied. Throws a CloudError that names the step, why it failed and what to do; what was done until then stays.
 */
export async function runSetup(options: { ctx: SetupContext; report: (progress: SetupProgress) => void; steps?: SetupStep[] }): Promise<SetupResult> {
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
      const error = nameStep(step, thrown);
      report('failed', error.message);
      throw error;
    }
  }
  return { changed };
}

async function applyAndVerify(step: SetupStep, ctx: SetupContext, before: Check & { ok: false }): Promise<string> {
  if (!ctx.host.isRoot) throw new CloudError('forbidden', `${before.why}, and only root can change that: ${before.todo}. Run the set-up as root (sudo)`);
  await step.apply(ctx);
  const after = await step.check(ctx);
  if (!after.ok) throw new CloudError('unavailable', `${after.why}, even after this was done: ${before.todo}. Do it by hand, then run the set-up again`);
  return after.detail;
}

function nameStep(step: SetupStep, thrown: unknown): CloudError {
  const error = thrown instanceof CloudError ? thrown : describeFault(thrown);
  return new CloudError(error.code, `${step.title}: ${error.message}`, { reason: `setup/${step.name}`, cause: error.cause ?? error });
}

// A fault of the file system or the engine says more to the user than "an unexpected fault".
function describeFault(thrown: unknown): CloudError {
  return thrown instanceof Error ? new CloudError('unavailable', thrown.message, { cause: thrown }) : toCloudError(thrown);
}
