import { CloudError } from '../errors.ts';
import { allowedFailures } from './allowed-failures.ts';
import { applyTransitions } from './apply-transitions.ts';
import { atTurn } from './at-turn.ts';
import { beginHosts } from './begin-hosts.ts';
import { blocker } from './blocker.ts';
import { catchUp } from './catch-up.ts';
import { countsAsFailure } from './counts-as-failure.ts';
import { enterApplying } from './enter-applying.ts';
import { giveUp } from './give-up.ts';
import { hostStep } from './host-step.ts';
import { inFlightLimit } from './in-flight-limit.ts';
import { isInFlight } from './is-in-flight.ts';
import { lateDisturbance } from './late-disturbance.ts';
import { limitExceeded } from './limit-exceeded.ts';
import { mayBegin } from './may-begin.ts';
import { lookAt } from './pass.ts';
import { rateLeft } from './rate-left.ts';
import { readReport } from './read-report.ts';
import { release } from './release.ts';
import { renewOrder } from './renew-order.ts';
import { rollbackStep } from './rollback-step.ts';
import { rolloutStep } from './rollout-step.ts';
import type { RolloutRules } from './rollout-rules.ts';
import type { RolloutSnapshot, RolloutTransition } from './rollout.ts';
import { runEnded } from './run-ended.ts';
import { settle } from './settle.ts';
import { verified } from './verified.ts';
import { waveStep } from './wave-step.ts';
import { windowOpen } from './window-open.ts';
import { zoneHasRoom } from './zone-has-room.ts';

export const rolloutRules: RolloutRules = {
  allowedFailures, atTurn, blocker, catchUp, countsAsFailure, enterApplying, giveUp, inFlightLimit, isInFlight, lateDisturbance, limitExceeded, mayBegin, rateLeft, readReport,
  release, renewOrder, rollbackStep, runEnded, settle, verified, waveStep, windowOpen, zoneHasRoom,
};

/**
 * One step of a rollout: what hosts have come to; if nothing, what that means for the rollout; if nothing, which hosts begin. So no host begins on a tally that is
 * not up to date. An empty answer: nothing is to be done until a fact, an operator or the clock changes something.
 */
export function advance(snapshot: RolloutSnapshot, now: number, rules: RolloutRules = rolloutRules): RolloutTransition[] {
  const pass = lookAt(snapshot, now, rules);
  const steps: RolloutTransition[] = [];
  for (const task of snapshot.tasks) {
    if (task.state === 'pending') continue;
    const step = hostStep(pass, task);
    if (step !== undefined) steps.push(step);
  }
  if (steps.length > 0) return steps;
  const decided = rolloutStep(pass);
  return decided.length > 0 ? decided : beginHosts(pass);
}

/** Steps until nothing is left to do now. Throws `internal` when the steps come to no end, which would be a fault of the rules. */
export function advanceFully(snapshot: RolloutSnapshot, now: number, rules: RolloutRules = rolloutRules): { transitions: RolloutTransition[]; snapshot: RolloutSnapshot } {
  const transitions: RolloutTransition[] = [];
  let current = snapshot;
  for (let steps = 0; steps < 1000 + 4 * snapshot.tasks.length; steps++) {
    const next = advance(current, now, rules);
    if (next.length === 0) return { transitions, snapshot: current };
    for (const transition of next) transitions.push(transition);
    current = applyTransitions(current, next);
  }
  throw new CloudError('internal', `The rollout ${snapshot.rollout.id} goes in circles; the log of the control plane says more.`, { cause: transitions.slice(-10) });
}
