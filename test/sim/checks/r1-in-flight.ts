import { beginsOrRuns, type Written } from '../world.ts';
import type { Check } from './check-written.ts';
import { begun, part } from './moves.ts';

/** R1: no host is begun beyond the limit, the zones' limits, or the rate. */
export const r1: Check = (written) => {
  const begins = begun(written);
  if (begins.length === 0) return undefined;
  return overLimit(written) ?? overZone(written) ?? overRate(written);
};

function overLimit({ after }: Written): { what: string } | undefined {
  const limit = Math.max(1, part(after.rollout.strategy.maxInFlight.hosts, after.rollout.planned));
  const inFlight = after.tasks.filter(beginsOrRuns).length;
  return inFlight > limit ? { what: `${inFlight} hosts in flight, the limit is ${limit}` } : undefined;
}

function overZone(written: Written): { what: string; hostId: string } | undefined {
  const { perZone } = written.after.rollout.strategy.maxInFlight;
  if (perZone === undefined) return undefined;
  const zonesBefore = new Set(written.before.tasks.filter(beginsOrRuns).map((task) => task.zone));
  for (const { task } of begun(written)) {
    const inZone = written.after.tasks.filter((one) => one.zone === task.zone && beginsOrRuns(one)).length;
    if (perZone !== 'one-zone' && inZone > perZone) return { what: `${inZone} hosts in flight in zone ${task.zone}, the limit is ${perZone}`, hostId: task.hostId };
    if (perZone === 'one-zone' && zonesBefore.size > 0 && !zonesBefore.has(task.zone)) return { what: `zone ${task.zone} begins beside ${[...zonesBefore].join()}`, hostId: task.hostId };
    zonesBefore.add(task.zone);
  }
  return undefined;
}

function overRate({ after, before, transitions, now }: Written): { what: string } | undefined {
  const rate = after.rollout.strategy.ratePerMinute;
  if (rate === undefined || !transitions.some((one) => one.to === 'assigned')) return undefined;
  const healthy = before.tasks.filter((task) => task.state === 'healthy').length;
  const growth = rate.growth === undefined ? 1 : rate.growth.factor ** Math.floor(healthy / rate.growth.after);
  const lastMinute = after.tasks.filter((task) => task.attempt > 0 && task.assignedAtMs > now - 60_000).length;
  return lastMinute > rate.hosts * growth ? { what: `${lastMinute} hosts begun within a minute, the rate is ${rate.hosts * growth}` } : undefined;
}
