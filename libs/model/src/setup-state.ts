import type { SetupEnd, SetupFacts, SetupKind, SetupStepChange } from './host-setup.ts';

/** How far a host is what its profile says. */
export type SetupState = 'none' | 'ok' | 'drifted' | 'running' | 'failed';

/** A host's newest run, without those that have ended and left the host what it is. */
export type LastRun = { kind: SetupKind; finished: boolean; ended: SetupEnd | undefined };

/** Derives what state a host's set-up is in; it is never stored. */
export function setupState(facts: SetupFacts | undefined, run: LastRun | undefined): SetupState {
  if (run?.finished === false) return 'running';
  if (run?.ended?.succeeded === false) return 'failed';
  if (facts === undefined || facts.profile === '') return 'none';
  return isDrifted(facts) ? 'drifted' : 'ok';
}

/** What the newest facts tell that those before did not: that the host drifted from its profile, or is what it says again. */
export function driftChange(before: SetupFacts | undefined, after: SetupFacts | undefined): 'drifted' | 'mended' | undefined {
  const [was, is] = [isDrifted(before), isDrifted(after)];
  if (was === is) return undefined;
  if (is) return 'drifted';
  // Nothing is mended where the profile was taken back.
  return after !== undefined && after.profile !== '' ? 'mended' : undefined;
}

/** Whether there is something on a host that an undo would take back. */
export function isPrepared(facts: SetupFacts | undefined, run: LastRun | undefined): boolean {
  if (facts !== undefined && facts.profile !== '') return true;
  return run !== undefined && !leavesHost(run.kind) && !(run.kind === 'undo' && run.ended?.succeeded === true);
}

/** The newest state of each step, in the order in which they first came. */
export function mergeSteps(steps: readonly SetupStepChange[], changes: readonly SetupStepChange[]): SetupStepChange[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  for (const change of changes) byName.set(change.name, change);
  return [...byName.values()];
}

function isDrifted(facts: SetupFacts | undefined): boolean {
  return facts !== undefined && facts.profile !== '' && facts.steps.some(({ ok }) => !ok);
}

function leavesHost(kind: SetupKind): boolean {
  return kind === 'check' || kind === 'stage';
}
