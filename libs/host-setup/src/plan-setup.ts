import { checkSetup } from './check-setup.ts';
import type { SetupContext, SetupStep } from './setup-step.ts';

export type PlannedStep = { step: string; title: string; todo: string };

/** What `runSetup` would do on this host, in words for the user; empty when nothing is left to do. Changes nothing. */
export async function planSetup(options: { ctx: SetupContext; steps?: SetupStep[] }): Promise<PlannedStep[]> {
  const checks = await checkSetup(options);
  return checks.flatMap((check) => (check.ok ? [] : [{ step: check.step, title: check.title, todo: check.todo }]));
}
