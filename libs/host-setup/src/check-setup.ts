import { setupSteps } from './setup-steps.ts';
import type { Check, SetupContext, SetupStep } from './setup-step.ts';

export type StepCheck = { step: string; title: string } & Check;

/** How each step stands, changing nothing and never throwing: a step that cannot be checked is not ok, and says why. */
export async function checkSetup(options: { ctx: SetupContext; steps?: SetupStep[] }): Promise<StepCheck[]> {
  const checks: StepCheck[] = [];
  for (const step of options.steps ?? setupSteps) {
    const check = await step.check(options.ctx).catch((error: unknown): Check => ({ ok: false, why: error instanceof Error ? error.message : String(error), todo: 'mend this by hand' }));
    checks.push({ step: step.name, title: step.title, ...check });
  }
  return checks;
}
