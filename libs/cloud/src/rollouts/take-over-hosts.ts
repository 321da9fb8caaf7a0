import { CloudError, phaseOf, type HostTask, type RolloutCommand, type RolloutState } from '@novadock/model';
import { lockRollout, rolloutsWithHosts, type RolloutRow, type Transaction } from '@novadock/store';
import { carryOut } from './carry-out.ts';
import { loadRollout, type LoadedRollout } from './load-rollout.ts';
import { rolloutName } from './rollout-name.ts';

const ended: readonly string[] = ['succeeded', 'failed', 'aborted', 'rolled_back'];

/** Those that begin hosts, now or later. */
const skippable: readonly RolloutState[] = ['awaiting_approval', 'running', 'paused', 'succeeded'];

/**
 * R9: a rollout that is started supersedes those before it: their hosts in flight finish, those to come are its own now. One that has other
 * hosts as well goes on with these. Throws `conflict` while one of them is being rolled back, and with a strategy that does not supersede while one has not ended.
 */
export async function takeOverHosts(tx: Transaction, { row, snapshot }: LoadedRollout, now: number): Promise<void> {
  const mine = new Set(snapshot.tasks.filter(({ wave }) => wave !== null).map(({ hostId }) => hostId));
  if (mine.size === 0) return;
  const by = rolloutName(row.number);
  const { supersede } = snapshot.rollout.strategy;
  for (const number of await rolloutsWithHosts(tx, row.number, [...mine])) {
    const other = await lockRollout(tx, number);
    if (other === undefined || other.state === 'superseded') continue;
    if (!supersede) {
      assertEnded(other);
      continue;
    }
    if (other.state === 'rolling_back' || other.state === 'rollback_paused') {
      throw new CloudError('conflict', `Rollout ${rolloutName(number)} has hosts of this one and is being rolled back: wait for its end, or abort it.`, { reason: 'rolloutOverlap' });
    }
    const loaded = await loadRollout(tx, other);
    const command = takeOver(loaded, mine, by);
    if (command !== undefined) await carryOut(tx, loaded, { command, by, now });
  }
}

function assertEnded({ number, state }: RolloutRow): void {
  if (ended.includes(state)) return;
  throw new CloudError('conflict', `Rollout ${rolloutName(number)} has hosts of this one and is ${state.replaceAll('_', ' ')}: wait for its end, or abort it.`, { reason: 'rolloutOverlap' });
}

function takeOver({ snapshot }: LoadedRollout, mine: Set<string>, by: string): RolloutCommand | undefined {
  const toCome = snapshot.tasks.filter(isToCome);
  if (toCome.every(({ hostId }) => mine.has(hostId))) return { do: 'supersede', by };
  const hosts = toCome.filter(({ hostId }) => mine.has(hostId)).map(({ hostId }) => hostId);
  return hosts.length > 0 && skippable.includes(snapshot.rollout.state) ? { do: 'skip', hosts } : undefined;
}

/** Waiting for its turn, or for being back. */
function isToCome(task: HostTask): boolean {
  return phaseOf(task) === 'waiting' || task.skipped === 'offline' || task.skipped === 'locked';
}
