import { phaseOf, rolloutRules, type RolloutRules } from '@novadock/model';

/** A wrong machine: one rule replaced on purpose, and the rule of rollout.md that must notice. */
export type Mutant = { name: string; rule: string; replace: Partial<RolloutRules> };

const original = rolloutRules;

/** For each rule the faults that it exists against. */
export const mutants: readonly Mutant[] = [
  { rule: 'R1', name: 'the limit is one too many', replace: { inFlightLimit: (rollout) => original.inFlightLimit(rollout) + 1 } },
  { rule: 'R1', name: 'after a take-over, hosts of the old leader are not counted (GH-27284)', replace: { isInFlight: (rollout, task) => task.epoch === task.facts.epoch && original.isInFlight(rollout, task) } },
  { rule: 'R1', name: 'hosts that revert are not counted', replace: { isInFlight: (rollout, task) => task.state !== 'reverting' && original.isInFlight(rollout, task) } },
  { rule: 'R1', name: 'zones are not looked at', replace: { zoneHasRoom: () => true } },
  { rule: 'R1', name: 'there is no rate', replace: { rateLeft: () => Infinity } },
  { rule: 'R2', name: 'a host that another rollout holds is taken', replace: { atTurn: (pass, task) => original.atTurn(pass, { ...task, facts: { ...task.facts, busyWith: null } }) } },
  { rule: 'R2', name: 'a late report of an earlier attempt is believed', replace: { readReport: (task, step) => task.facts.reports[step] } },
  { rule: 'R2', name: 'orders keep the epoch of the old owner', replace: { renewOrder: () => undefined } },
  {
    rule: 'R2',
    name: 'a renewed order is a new run',
    replace: {
      renewOrder: (pass, task) => {
        const renewed = original.renewOrder(pass, task);
        if (renewed?.order === undefined) return renewed;
        return { ...renewed, set: { ...renewed.set, attempt: task.attempt + 1 }, order: { ...renewed.order, attempt: task.attempt + 1 } };
      },
    },
  },
  { rule: 'R3', name: 'hosts begin in a pause', replace: { mayBegin: (pass) => original.mayBegin(pass) || pass.rollout.state === 'paused' } },
  { rule: 'R3', name: 'hosts that are on their way stay there through a pause', replace: { release: () => undefined } },
  { rule: 'R3', name: 'the window is always open', replace: { windowOpen: () => true } },
  { rule: 'R4', name: 'allowed failures are rounded up', replace: { allowedFailures: (strategy, wave) => (wave.canary ? 0 : original.allowedFailures(strategy, wave) + 1) } },
  { rule: 'R4', name: 'a canary may fail', replace: { allowedFailures: (strategy, wave) => original.allowedFailures(strategy, { ...wave, canary: false }) + (wave.canary ? 1 : 0) } },
  { rule: 'R4', name: 'a host that reverted itself is no failure', replace: { countsAsFailure: (strategy, task) => task.state !== 'reverted' && original.countsAsFailure(strategy, task) } },
  { rule: 'R4', name: 'a resume acknowledges nothing', replace: { countsAsFailure: (strategy, task) => original.countsAsFailure(strategy, { ...task, acknowledged: false }) } },
  { rule: 'R4', name: 'hosts that are lost are no failures', replace: { countsAsFailure: (strategy, task) => task.failure !== 'lost' && original.countsAsFailure(strategy, task) } },
  { rule: 'R4', name: 'failures in a row are not counted', replace: { limitExceeded: (pass) => original.limitExceeded({ ...pass, tally: { ...pass.tally, consecutive: 0 } }) } },
  { rule: 'R4', name: 'a limit that is reached is exceeded', replace: { allowedFailures: (strategy, wave) => Math.max(0, original.allowedFailures(strategy, wave) - 1) } },
  { rule: 'R4', name: 'a host that is away stands in for a canary', replace: { waveStep: (pass) => original.waveStep({ ...pass, rules: { ...pass.rules, atTurn: () => 'go' } }) } },
  { rule: 'R4', name: 'a canary that proved nothing is enough', replace: { waveStep: (pass) => original.waveStep({ ...pass, tally: { ...pass.tally, waves: pass.tally.waves.map((wave) => ({ ...wave, healthy: wave.healthy + 1 })) } }) } },
  {
    rule: 'R4',
    name: 'canaries that were away stay canaries beside those that stand in for them',
    replace: { waveStep: (pass) => original.waveStep(pass).filter((step) => step.of !== 'host' || step.from === 'pending') },
  },
  { rule: 'R5', name: 'hosts that are there are done again', replace: { atTurn: (pass, task) => original.atTurn(pass, { ...task, facts: { ...task.facts, appliedHash: '' } }) } },
  { rule: 'R6', name: 'a host that failed stays cordoned', replace: { settle: (pass, task, to, set) => (to === 'healthy' ? original.settle(pass, task, to, set) : keepCordoned(original.settle(pass, task, to, set))) } },
  { rule: 'R6', name: 'a host that is healthy stays cordoned', replace: { settle: (pass, task, to, set) => (to === 'healthy' ? keepCordoned(original.settle(pass, task, to, set)) : original.settle(pass, task, to, set)) } },
  { rule: 'R7', name: 'a second attempt overwrites the snapshot', replace: { enterApplying: (pass, task) => original.enterApplying(pass, { ...task, touched: false }) } },
  { rule: 'R7', name: 'a rollback does not heed its limit', replace: { rollbackStep: (pass) => original.rollbackStep({ ...pass, tally: { ...pass.tally, revertsFailed: 0 } }) } },
  { rule: 'R7', name: 'a rollback ends before its hosts are back', replace: { rollbackStep: (pass) => original.rollbackStep({ ...pass, tally: { ...pass.tally, revertsOpen: 0 } }) } },
  { rule: 'R7', name: 'a rollback that fails is rolled back', replace: { rollbackStep: (pass) => original.rollbackStep(pass).map((step) => (step.of === 'rollout' && step.to === 'rollback_paused' ? { ...step, to: 'running' as const, set: { ...step.set, state: 'running' as const } } : step)) } },
  { rule: 'R7', name: 'a host whose engine is down is not rolled back', replace: { blocker: (facts) => original.blocker({ ...facts, healthy: true }) } },
  { rule: 'R8', name: 'disturbed instances are no failure', replace: { runEnded: (pass, task, report) => original.runEnded(pass, task, { ...report, disturbed: 0 }) } },
  { rule: 'R8', name: 'what dies while a host is verified does not count', replace: { lateDisturbance: () => undefined } },
  { rule: 'R8', name: 'live-restore is not asked for', replace: { blocker: (facts) => original.blocker({ ...facts, liveRestore: true }) } },
  { rule: 'R8', name: 'swarm mode is not refused', replace: { blocker: (facts) => original.blocker({ ...facts, swarm: false }) } },
  { rule: 'R9', name: 'a host is begun that a newer rollout has', replace: { atTurn: (pass, task) => original.atTurn(pass, { ...task, facts: { ...task.facts, takenBy: null } }) } },
  { rule: 'R9', name: 'a superseded rollout goes on', replace: { mayBegin: (pass) => original.mayBegin(pass) || (pass.rollout.supersededBy !== null && pass.open) } },
  {
    rule: 'R9',
    name: 'running hosts are dropped',
    replace: {
      release: (pass, task) => {
        if (task.state !== 'verifying' || pass.rules.mayBegin(pass)) return original.release(pass, task);
        return { of: 'host', hostId: task.hostId, from: task.state, to: 'pending', set: { state: 'pending', stateAtMs: pass.now, cordoned: false } };
      },
    },
  },
  { rule: 'R10', name: 'a host that reboots is lost at once', replace: { giveUp: (pass, task) => (task.facts.online ? original.giveUp(pass, task) : original.giveUp({ ...pass, now: pass.now + pass.rollout.strategy.health.hostDeadlineMs }, task)) } },
  { rule: 'R10', name: 'there is no deadline', replace: { giveUp: () => undefined } },
  { rule: 'R10', name: 'a revert has no deadline', replace: { giveUp: (pass, task) => (task.state === 'reverting' ? undefined : original.giveUp(pass, task)) } },
  { rule: 'R11', name: 'packages need not be known', replace: { blocker: (facts) => original.blocker({ ...facts, unresolvable: null }) } },
  { rule: 'R12', name: 'the agent\'s word is enough', replace: { verified: (pass, task) => original.verified(pass, { ...task, facts: { ...task.facts, appliedHash: pass.rollout.target } }) } },
  { rule: 'R12', name: 'a host is healthy at once', replace: { verified: (pass, task) => original.verified({ ...pass, now: pass.now + pass.rollout.strategy.health.minHealthyMs }, task) } },
  { rule: 'R13', name: 'nobody catches up', replace: { catchUp: () => undefined } },
  {
    rule: 'R13',
    name: 'whoever catches up may take new instances',
    replace: {
      catchUp: (pass, task) => {
        const back = original.catchUp(pass, task);
        return back === undefined || task.state === 'pending' ? undefined : { ...back, set: { ...back.set, cordoned: false } };
      },
    },
  },
  { rule: 'R13', name: 'whoever is behind does not serve in a pause', replace: { catchUp: (pass, task) => (task.state === 'pending' ? undefined : original.catchUp(pass, task)) } },
  { rule: 'R13', name: 'whoever is away is lost', replace: { atTurn: (pass, task) => original.atTurn(pass, task) === 'offline' ? 'lost' : original.atTurn(pass, task) } },
  { rule: 'R14', name: 'a host is reverted, and no event tells that it failed', replace: { runEnded: (pass, task, report) => (report.reverted ? original.settle(pass, task, 'reverted', { failure: 'failed', touched: false }) : original.runEnded(pass, task, report)) } },
  { rule: 'R14', name: 'two changes of a wave are written as one step', replace: { waveStep: (pass) => { const step = original.waveStep(pass); return step[0]?.of === 'wave' ? [...step, ...step] : step; } } },
  { rule: 'R14', name: 'an event says that it came from elsewhere', replace: { settle: (pass, task, to, set) => ({ ...original.settle(pass, task, to, set), from: phaseOf(task) === 'waiting' ? 'pending' : 'applying' }) } },
];

function keepCordoned(transition: ReturnType<RolloutRules['settle']>): ReturnType<RolloutRules['settle']> {
  const { cordoned: _, ...set } = transition.set;
  return { ...transition, set };
}
