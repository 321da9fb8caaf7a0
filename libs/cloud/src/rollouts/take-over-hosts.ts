import { CloudError, hostsOf, takeOver } from '@novadock/model';
import { lockRollout, rolloutsWithHosts, type RolloutRow, type Transaction } from '@novadock/store';
import { carryOut } from './carry-out.ts';
import { loadRollout, type LoadedRollout } from './load-rollout.ts';
import { rolloutName } from './rollout-name.ts';

const ended: readonly string[] = ['succeeded', 'failed', 'aborted', 'rolled_back'];

/**
 * R9: a rollout that is started supersedes those before it: their hosts in flight finish, those to come are its own now. One that has other
 * hosts as well goes on with these. Throws `conflict` while one of them is being rolled back, and with a strategy that does not supersede while one has not ended.
 */
export async function takeOverHosts(tx: Transaction, { row, snapshot }: LoadedRollout, now: number): Promise<void> {
  const by = rolloutName(row.number);
  const { target, strategy } = snapshot.rollout;
  const [moved, had] = [hostsOf(snapshot, target), hostsOf(snapshot, '')];
  if (had.length === 0) return;
  for (const number of await rolloutsWithHosts(tx, row, { moved, had })) {
    const other = await lockRollout(tx, number);
    if (other === undefined || other.state === 'superseded') continue;
    if (!strategy.supersede) {
      assertEnded(other);
      continue;
    }
    if (other.state === 'rolling_back' || other.state === 'rollback_paused') {
      throw new CloudError('conflict', `Rollout ${rolloutName(number)} has hosts of this one and is being rolled back: wait for its end, or abort it.`, { reason: 'rolloutOverlap' });
    }
    const loaded = await loadRollout(tx, other);
    const command = takeOver(loaded.snapshot, snapshot);
    if (command !== undefined) await carryOut(tx, loaded, { command, by, now });
  }
}

function assertEnded({ number, state }: RolloutRow): void {
  if (ended.includes(state)) return;
  throw new CloudError('conflict', `Rollout ${rolloutName(number)} has hosts of this one and is ${state.replaceAll('_', ' ')}: wait for its end, or abort it.`, { reason: 'rolloutOverlap' });
}
