import { advanceFully, applyTransitions, commandRollout, type RolloutCommand } from '@novadock/model';
import type { Transaction } from '@novadock/store';
import type { LoadedRollout } from './load-rollout.ts';
import { writeRollout } from './write-rollout.ts';

/** Writes what a command and the steps after it come to. */
export async function carryOut(tx: Transaction, loaded: LoadedRollout, { command, by, now, claimId }: { command: RolloutCommand; by: string; now: number; claimId?: string | undefined }): Promise<void> {
  const ordered = commandRollout(loaded.snapshot, command, now);
  const after = advanceFully(applyTransitions(loaded.snapshot, ordered), now);
  await writeRollout(tx, loaded, { transitions: [...ordered, ...after.transitions], snapshot: after.snapshot, by, now, claimId });
}
