import { advanceFully } from '@novadock/model';
import { databaseNow, inTransaction, lockRollout } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { loadRollout } from './load-rollout.ts';
import { writeRollout } from './write-rollout.ts';

/** Does what a rollout has to do by now, in one transaction; gives how many transitions that were. None where another replica is at it. */
export function advanceRollout(cloud: Pick<Cloud, 'store'>, number: number, now?: number): Promise<number> {
  return inTransaction(cloud.store, async (tx) => {
    const row = await lockRollout(tx, number, { skip: true });
    if (row === undefined) return 0;
    const at = now ?? (await databaseNow(tx));
    const loaded = await loadRollout(tx, row);
    const after = advanceFully(loaded.snapshot, at);
    await writeRollout(tx, loaded, { ...after, now: at });
    return after.transitions.length;
  });
}
