import { advanceFully } from '@novadock/model';
import { databaseNow, inTransaction, lockRollout } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { loadRollout } from './load-rollout.ts';
import { timesInStates, type TimeInState } from './time-in-states.ts';
import { writeRollout } from './write-rollout.ts';

/** Does what a rollout has to do by now, in one transaction; gives how many transitions that were, and how long hosts had been where they left. None where another replica is at it. */
export function advanceRollout(cloud: Pick<Cloud, 'store'>, number: number): Promise<{ transitions: number; times: TimeInState[] }> {
  return inTransaction(cloud.store, async (tx) => {
    const row = await lockRollout(tx, number, { skip: true });
    if (row === undefined) return { transitions: 0, times: [] };
    const now = await databaseNow(tx);
    const loaded = await loadRollout(tx, row);
    const after = advanceFully(loaded.snapshot, now);
    await writeRollout(tx, loaded, { ...after, now });
    return { transitions: after.transitions.length, times: timesInStates(loaded.snapshot, after.transitions, now) };
  });
}
