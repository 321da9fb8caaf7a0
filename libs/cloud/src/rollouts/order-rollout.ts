import { CloudError, type RolloutCommand } from '@novadock/model';
import { databaseNow, findLaterWithHosts, inTransaction, lockRollout, type RolloutRow, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { carryOut } from './carry-out.ts';
import { loadRollout, type LoadedRollout } from './load-rollout.ts';
import { noRollout, rolloutName } from './rollout-name.ts';
import { takeOverHosts } from './take-over-hosts.ts';

export type CommandRequest = { number: number; command: RolloutCommand; by: string; /** The version that it must have. */ version?: number };

/**
 * Carries out a command, with all that follows from it at once, in one transaction: a pause is in effect when this returns (R3). Throws `notFound`,
 * and `conflict` where the state, or another change since `version`, does not allow it.
 */
export function orderRollout(cloud: Pick<Cloud, 'store'>, { number, command, by, version }: CommandRequest): Promise<void> {
  return inTransaction(cloud.store, async (tx) => {
    const row = await lockRollout(tx, number);
    if (row === undefined) throw noRollout(rolloutName(number));
    assertVersion(row, version);
    const now = await databaseNow(tx);
    const loaded = await standAgain(tx, await loadRollout(tx, row), command);
    if (command.do === 'start') await takeOverHosts(tx, loaded, now);
    await carryOut(tx, loaded, { command, by, now });
  });
}

/** A rollback looks past what superseded the rollout where that left none of its hosts changed: a canary that failed and returned is in nobody's way. */
async function standAgain(tx: Transaction, loaded: LoadedRollout, command: RolloutCommand): Promise<LoadedRollout> {
  const { row, snapshot } = loaded;
  if (command.do !== 'rollback' || row.supersededBy === null) return loaded;
  const later = await findLaterWithHosts(tx, row.number);
  return { ...loaded, snapshot: { ...snapshot, rollout: { ...snapshot.rollout, supersededBy: later === undefined ? null : rolloutName(later) } } };
}

function assertVersion(row: RolloutRow, version: number | undefined): void {
  if (version !== undefined && row.version !== version) throw new CloudError('conflict', `Rollout ${rolloutName(row.number)} was changed meanwhile: read it again, then repeat with its new ETag.`, { reason: 'etagMismatch' });
}
