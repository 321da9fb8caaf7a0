import type { RolloutHostFacts } from '@novadock/model';
import type { RolloutHostRow } from '@novadock/store';
import { rolloutName } from './rollout-name.ts';

/** What a rollout goes by of a host. `ownRuns`: the set-up runs that are its own, which do not keep it from going on. */
export function toHostFacts(row: RolloutHostRow, { ownRuns = [], reports = {}, restarting = false, unresolvable = null }: { ownRuns?: string[] } & Partial<Pick<RolloutHostFacts, 'reports' | 'restarting' | 'unresolvable'>> = {}): RolloutHostFacts {
  const onlineSinceMs = row.upChangedAt.getTime();
  return {
    online: row.up,
    onlineSinceMs,
    healthy: row.up && row.ready,
    healthySinceMs: Math.max(onlineSinceMs, row.readyChangedAt.getTime()),
    appliedHash: row.hash ?? '',
    locked: row.locked,
    instances: row.instances,
    // Its agent refuses that when it looks (`precheck`): the engine's facts do not say it.
    swarm: false,
    liveRestore: row.liveRestore ?? false,
    // Which packages there are is known on the host: one of its kind is asked for the plan, and its own precheck finds out.
    unresolvable,
    busyWith: busyWith(row, ownRuns),
    takenBy: row.takenBy === null ? null : rolloutName(row.takenBy),
    epoch: Number(row.epoch),
    restarting,
    reports,
  };
}

function busyWith({ heldBy, unfinishedRun, leaving }: RolloutHostRow, ownRuns: string[]): string | null {
  if (leaving) return 'it is being forgotten';
  if (heldBy !== null) return `rollout r-${heldBy}`;
  return unfinishedRun === null || ownRuns.includes(unfinishedRun) ? null : `set-up run ${unfinishedRun}`;
}
