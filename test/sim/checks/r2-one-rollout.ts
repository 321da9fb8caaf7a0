import type { HostTask, RunStep } from '@novadock/model';
import { beginsOrRuns, type World, type Written } from '../world.ts';
import type { Check } from './check-written.ts';
import { begun, hostMoves, type HostMove } from './moves.ts';

/** R2: a host is in one rollout at a time; orders carry the owner's epoch; a renewed order is the same run; an old report is not taken for a new one. */
export const r2: Check = (written, world) => held(written, world) ?? hostMoves(written).map((move) => wrongOrder(move) ?? wrongReport(move)).find((one) => one !== undefined);

function held(written: Written, world: World): { what: string; hostId: string } | undefined {
  for (const { task } of begun(written)) {
    for (const other of world.rollouts.values()) {
      if (other.id === written.rolloutId) continue;
      const theirs = other.snapshot.tasks.find((one) => one.hostId === task.hostId);
      if (theirs !== undefined && beginsOrRuns(theirs)) return { what: `begun while ${other.id} has it in ${theirs.state}`, hostId: task.hostId };
    }
    if (task.facts.busyWith !== null) return { what: `begun while it is held by ${task.facts.busyWith}`, hostId: task.hostId };
  }
  return undefined;
}

function wrongOrder({ task, to }: HostMove): { what: string; hostId: string } | undefined {
  if (to.order === undefined) return undefined;
  const { hostId } = task;
  if (to.order.epoch !== task.facts.epoch) return { what: `an order under epoch ${to.order.epoch}, its owner's is ${task.facts.epoch}`, hostId };
  if (to.from === to.to && to.order.attempt !== task.attempt) return { what: `a renewed ${to.order.step} has attempt ${to.order.attempt}, not ${task.attempt}: the host would do it twice`, hostId };
  return undefined;
}

const restsOn: { from: HostTask['state'][]; to: HostTask['state'][]; step: RunStep }[] = [
  { from: ['precheck'], to: ['staging'], step: 'precheck' },
  { from: ['staging'], to: ['cordoned', 'draining', 'applying'], step: 'staging' },
  { from: ['applying', 'restarting'], to: ['verifying', 'failed'], step: 'applying' },
];

function wrongReport({ task, to }: HostMove): { what: string; hostId: string } | undefined {
  const rule = restsOn.find((one) => one.from.includes(task.state) && one.to.includes(to.to));
  if (rule === undefined || task.facts.reports[rule.step]?.attempt === task.attempt) return undefined;
  return { what: `${task.state} → ${to.to} of attempt ${task.attempt} rests on the report of attempt ${task.facts.reports[rule.step]?.attempt ?? 'none'}`, hostId: task.hostId };
}
