import { randomUUID } from 'node:crypto';
import { CloudError, type HostProfile, type HostState, type HostTask, type RolloutSnapshot, type RunStep } from '@novadock/model';
import { addSetupRuns, findProfileRow, notify, setupRunsChannel, type OrderedRun, type Transaction } from '@novadock/store';
import { toHostProfile, toProfileView } from '../setup/profile-view.ts';
import { revertProfile, snapshotOf, type HostSnapshot } from './host-snapshot.ts';
import type { LoadedRollout } from './load-rollout.ts';
import { runIdOf } from './run-id.ts';
import type { ProfileRef } from './to-task.ts';

const stepOf: Partial<Record<HostState, RunStep>> = { precheck: 'precheck', staging: 'staging', applying: 'applying', restarting: 'applying', reverting: 'reverting' };
const kindOf = { precheck: 'check', staging: 'stage', applying: 'apply' } as const;

/**
 * Adds the run that each host in flight has to do, where it is not there yet; gives the hosts that have a new one. One that has another run to do first
 * gets its own when this is called again.
 */
export async function addRuns(tx: Transaction, { row, hosts, runs }: LoadedRollout, { tasks }: RolloutSnapshot): Promise<string[]> {
  const profiles = new Map<string, HostProfile>();
  const profile = async ({ name, revision }: ProfileRef): Promise<HostProfile> => {
    const key = `${name}@${revision}`;
    const known = profiles.get(key) ?? (await readProfile(tx, { name, revision }));
    profiles.set(key, known);
    return known;
  };
  const ordered: OrderedRun[] = [];
  for (const task of tasks) {
    const step = stepOf[task.state];
    const id = step && runIdOf(row.id, task.hostId, task.attempt, step);
    const host = hosts.get(task.hostId);
    if (step === undefined || id === undefined || host === undefined || runs.has(id)) continue;
    const target = { name: row.profile, revision: row.revision };
    // R7: its own snapshot; that of a host that this transaction touches first is not in its row yet.
    const previous = host.task?.touched === true ? (host.task.previousProfile as HostSnapshot | null) : snapshotOf(host);
    ordered.push(step === 'reverting' ? revertRun(id, task, previous && revertProfile(await profile(previous), await profile(target), previous)) : { id, hostId: task.hostId, kind: kindOf[step], profile: await profile(target), finishedAt: null, ended: null });
  }
  const added = await addSetupRuns(tx, ordered, { requestId: `req-${randomUUID()}`, userId: row.createdBy });
  for (const run of added) await notify(tx, setupRunsChannel, run.id);
  return added.map(({ hostId }) => hostId);
}

/** To the revision that the host had; where it had none, what the rollout set up is taken back, unless that would stop instances with the engine. */
function revertRun(id: string, { hostId, facts }: HostTask, previous: HostProfile | null): OrderedRun {
  if (previous !== null) return { id, hostId, kind: 'apply', profile: previous, finishedAt: null, ended: null };
  if (facts.instances === 0) return { id, hostId, kind: 'undo', profile: null, finishedAt: null, ended: null };
  const message = `It had no profile before, and ${facts.instances} instances run on it, which stop when its set-up is taken back. Move or delete them, then resume the rollback.`;
  return { id, hostId, kind: 'undo', profile: null, finishedAt: new Date(), ended: { succeeded: false, changed: 0, error: { code: 'HOST_IN_USE', message, step: '' } } };
}

async function readProfile(tx: Transaction, { name, revision }: ProfileRef): Promise<HostProfile> {
  const found = await findProfileRow(tx, name, revision);
  if (found === null) throw new CloudError('internal', `Revision ${revision} of profile ${name} is gone from the database.`);
  return toHostProfile(toProfileView(found));
}
