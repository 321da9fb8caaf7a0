import { CloudError, type RolloutCommand } from '@novadock/model';
import { databaseNow, hasEventOfClaim, inTransaction, lockRollout, lockStarts, type RolloutRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { carryOut } from './carry-out.ts';
import { loadRollout, type LoadedRollout } from './load-rollout.ts';
import type { PlanView } from './plan-view.ts';
import { noRollout, rolloutName } from './rollout-name.ts';
import { takeOverHosts } from './take-over-hosts.ts';

export type CommandRequest = {
  number: number;
  command: RolloutCommand;
  by: string;
  /** The version that it must have. */
  version?: number;
  /** Of its Idempotency-Key: what was carried out under it already is not again. */
  claimId?: string;
};

/**
 * Carries out a command, with all that follows from it at once, in one transaction: a pause is in effect when this returns (R3). Throws `notFound`,
 * and `conflict` where the state, or another change since `version`, does not allow it.
 */
export function orderRollout(cloud: Pick<Cloud, 'store'>, { number, command, by, version, claimId }: CommandRequest): Promise<void> {
  return inTransaction(cloud.store, async (tx) => {
    if (command.do === 'start' || command.do === 'rollback') await lockStarts(tx);
    const row = await lockRollout(tx, number);
    if (row === undefined) throw noRollout(rolloutName(number));
    if (claimId !== undefined && (await hasEventOfClaim(tx, { subjectId: rolloutName(number), claimId }))) return;
    assertVersion(row, version);
    const now = await databaseNow(tx);
    const loaded = standAgain(await loadRollout(tx, row), command);
    if (command.do === 'start') {
      assertSomeToChange(row);
      await takeOverHosts(tx, loaded, now);
    }
    await carryOut(tx, loaded, { command, by, now, claimId });
  });
}

/** A rollback looks past what superseded the rollout where that left none of its hosts changed: a canary that failed and returned is in nobody's way. */
function standAgain(loaded: LoadedRollout, command: RolloutCommand): LoadedRollout {
  const { row, snapshot } = loaded;
  if (command.do !== 'rollback' || row.supersededBy === null) return loaded;
  const taken = snapshot.tasks.find(({ touched, facts }) => touched && facts.takenBy !== null);
  return { ...loaded, snapshot: { ...snapshot, rollout: { ...snapshot.rollout, supersededBy: taken?.facts.takenBy ?? null } } };
}

/** A rollout of hosts that are all blocked would come to its end at once, as if all were well. */
function assertSomeToChange({ state, planned, plan }: RolloutRow): void {
  const { blocked } = plan as unknown as PlanView;
  if (state !== 'planned' || planned > 0 || blocked.length === 0) return;
  const shown = blocked.slice(0, 5).map(({ host, why }) => `${host}: ${why}`).join(' ');
  const more = blocked.length > 5 ? ` And ${blocked.length - 5} more, see the plan.` : '';
  throw new CloudError('conflict', `No host is left to change, ${blocked.length === 1 ? 'one is' : `${blocked.length} are`} blocked. ${shown}${more} Then make a new rollout.`, { reason: 'NothingToChange' });
}

function assertVersion(row: RolloutRow, version: number | undefined): void {
  if (version !== undefined && row.version !== version) throw new CloudError('conflict', `Rollout ${rolloutName(row.number)} was changed meanwhile: read it again, then repeat with its new ETag.`, { reason: 'etagMismatch' });
}
