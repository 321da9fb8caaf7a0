import type { HostTask } from '@novadock/model';
import type { Written } from '../world.ts';
import type { Check } from './check-written.ts';
import { failures, hostMoves, part } from './moves.ts';

/** R4: nothing begins beyond the allowed failures, and the rollout does not pause before them. */
export const r4: Check = (written) => beginsBeyond(written) ?? pausesTooEarly(written) ?? acknowledgedUnseen(written);

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
