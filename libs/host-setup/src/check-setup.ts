import type { StepFacts } from '@novadock/model';
import { redact } from './redact.ts';
import { setupSteps } from './setup-steps.ts';
import type { Check, SetupContext, SetupStep } from './setup-step.ts';

/** How each step stands, changing nothing and never throwing: a step that cannot be checked is not ok, and says why. */
export async function checkSetup(options: { ctx: SetupContext; steps?: SetupStep[] }): Promise<StepFacts[]> {
  const facts: StepFacts[] = [];
  for (const step of options.steps ?? setupSteps) {
    if (step.isWanted?.(options.ctx.profile) === false) continue;
    const check = await step.check(options.ctx).catch((error: unknown): Check => ({ ok: false, why: error instanceof Error ? error.message : String(error), todo: '' }));
    facts.push({ name: step.name, title: step.title, ok: check.ok, detail: redact(check.ok ? check.detail : check.why) });
  }
  return facts;
}
