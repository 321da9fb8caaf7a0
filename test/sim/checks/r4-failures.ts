import type { HostTask } from '@novadock/model';
import type { Written } from '../world.ts';
import type { Check } from './check-written.ts';
import { failures, hostMoves, part } from './moves.ts';

/** R4: nothing begins beyond the allowed failures, or behind a canary that proved nothing, and the rollout does not pause before them. */
export const r4: Check = (written) => beginsBeyond(written) ?? pausesTooEarly(written) ?? acknowledgedUnseen(written) ?? provedNothing(written) ?? badStandIn(written);

function beginsBeyond(written: Written): { what: string; hostId: string } | undefined {
  const move = hostMoves(written).find(({ task, to }) => to.to === 'assigned' || (to.to === 'applying' && task.state !== 'applying'));
  if (move === undefined) return undefined;
  const why = exceeded(written).find((one) => one.action !== 'continue')?.why;
  return why === undefined ? undefined : { what: `${move.to.to} although ${why}`, hostId: move.task.hostId };
}

function pausesTooEarly(written: Written): { what: string } | undefined {
  const { before, command, transitions } = written;
  const tripped = command === undefined && before.rollout.state !== 'rolling_back' && transitions.some((one) => one.of === 'rollout' && (one.to === 'paused' || one.to === 'rolling_back') && one.set.reason === 'threshold');
  return tripped && exceeded(written).length === 0 ? { what: `pauses for its threshold with ${failures(written).length} failures that count` } : undefined;
}

/** Only an operator's resume acknowledges. */
function acknowledgedUnseen(written: Written): { what: string; hostId: string } | undefined {
  const move = hostMoves(written).find(({ task, to }) => to.set.acknowledged === true && !task.acknowledged);
  return move === undefined || written.command === 'resume' ? undefined : { what: 'its failure was acknowledged by nobody', hostId: move.task.hostId };
}

/** A canary wave comes to its end only with a host that is healthy, or that failed and may; unless there is nobody behind it, or an operator promotes it. */
function provedNothing({ before, transitions, command }: Written): { what: string } | undefined {
  const end = transitions.find((one) => one.of === 'wave' && one.from !== one.to && (one.to === 'baking' || one.to === 'done'));
  const wave = end?.of === 'wave' ? before.waves[end.wave] : undefined;
  if (wave?.canary !== true || command !== undefined) return undefined;
  const { count } = before.rollout.strategy.failure;
  const proved = before.tasks.some((task) => task.wave === wave.index && (task.state === 'healthy' || (task.failure !== null && (task.acknowledged || count.includes(task.failure)))));
  const behind = before.tasks.filter((task) => task.state === 'pending' && task.wave !== null && task.wave > wave.index && task.facts.appliedHash !== before.rollout.target && task.facts.takenBy === null).length;
  return proved || behind === 0 ? undefined : { what: `the canary is ${end!.to} with no host healthy, and ${behind} are to come` };
}

/** A canary that is away proves nothing, and neither does one that comes in its stead; canaries that went are not added to. */
function badStandIn(written: Written): { what: string; hostId: string } | undefined {
  const { rollout, waves } = written.before;
  const move = hostMoves(written).find(({ task, to }) => to.set.wave !== undefined && to.set.wave !== task.wave && waves[to.set.wave ?? -1]?.canary === true);
  if (move === undefined) return undefined;
  const { hostId, facts } = move.task;
  if (!facts.online) return { what: 'is to stand in for a canary, and is away', hostId };
  if (facts.locked && rollout.strategy.locks === 'honour') return { what: 'is to stand in for a canary, and is locked', hostId };
  const wave = waves[move.to.set.wave ?? -1]!;
  const canaries = written.after.tasks.filter((task) => task.wave === wave.index && task.failure === null && task.skipped !== 'already' && task.skipped !== 'excluded').length;
  return canaries > wave.size ? { what: `is canary number ${canaries}, ${wave.size} were planned`, hostId } : undefined;
}

function exceeded(written: Written): { action: string; why: string }[] {
  const { waves, rollout, tasks } = written.before;
  const { canary, failure } = rollout.strategy;
  const counted = failures(written);
  const found = waves.flatMap((wave) => {
    const allowed = wave.canary ? 0 : part(failure.max, wave.size);
    const failed = counted.filter((task) => task.wave === wave.index).length;
    return failed > allowed ? [{ action: wave.canary ? canary.onFailure : failure.action, why: `${failed} of the wave ${wave.name} failed, ${allowed} may` }] : [];
  });
  const inARow = counted.filter((task) => !tasks.some((other) => other.state === 'healthy' && laterThan(other, task))).length;
  return inARow >= failure.consecutive ? [...found, { action: failure.action, why: `${inARow} failed in a row` }] : found;
}

function laterThan(a: HostTask, b: HostTask): boolean {
  return a.resultAtMs > b.resultAtMs;
}
