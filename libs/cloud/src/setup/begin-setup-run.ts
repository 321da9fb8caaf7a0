import { findHost, inTransaction, lockSetupRun, notify, recordEvent, setupRunsChannel, updateSetupRun, type SetupRun } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** Notes that a host is told to begin a run, which cannot be withdrawn from then on, and records that once; undefined when it was withdrawn before. */
export function beginSetupRun(cloud: Pick<Cloud, 'store'>, runId: string): Promise<SetupRun | undefined> {
  return inTransaction(cloud.store, async (tx) => {
    const run = await lockSetupRun(tx, runId);
    if (run === undefined || run.startedAt !== null) return run;
    const startedAt = new Date();
    await updateSetupRun(tx, runId, { startedAt });
    const host = await findHost(tx, { id: run.hostId });
    if (host !== null) await recordEvent(tx, { kind: 'host.setup_started', subjectId: host.id, data: { name: host.name, run: runId, kind: run.kind } });
    await notify(tx, setupRunsChannel, runId);
    return { ...run, startedAt };
  });
}

/** Has a run begun once more whose journal the host lost; false when that was so before, so that it would never end. */
export function beginSetupRunAnew(cloud: Pick<Cloud, 'store'>, runId: string): Promise<boolean> {
  return inTransaction(cloud.store, async (tx) => {
    const run = await lockSetupRun(tx, runId);
    if (run === undefined || run.lost) return false;
    await updateSetupRun(tx, runId, { seqBase: run.lastSeq, lost: true });
    return true;
  });
}
