import { CloudError, isPrepared, type HostFacts } from '@novadock/model';
import { inTransaction, lastSetupRun, lockHost, recordEvent, unfinishedSetupRun, updateHost, type Host, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { findNamedHost } from './find-named-host.ts';
import { assertEmpty, insertRun } from '../setup/request-setup-run.ts';
import { dropHost, loseInstances } from './drop-host.ts';
import { hostUp } from './host-up.ts';
import { toLastRun } from './list-hosts.ts';
import { wakeHost } from './wake-host.ts';

export type ForgetHost = {
  /** Its id or name. */
  host: string;
  force: boolean;
  requestId: string;
  userId: string;
};

/** `gone`: it was not to be reached, and is dropped; `accepted`: its owner takes back what the set-up changed, takes the agent off, and drops it. */
export type Forgetting = { hostId: string; state: 'gone' | 'accepted' };

/**
 * Forgets a host and leaves its machine as it was before it joined. Throws `notFound`, and `conflict` while instances live on it or it does not
 * answer: by force a host that does not answer is dropped as it is, and instances are parted from their host, in ERROR.
 */
export async function forgetHost(cloud: Cloud, request: ForgetHost): Promise<Forgetting> {
  const forgetting = await inTransaction(cloud.store, async (tx): Promise<Forgetting> => {
    await lockHost(tx, (await findNamedHost(tx, request.host)).id);
    const host = await findNamedHost(tx, request.host);
    if (!request.force) await assertEmpty(tx, host);
    if (host.revokedAt === null && hostUp(cloud, host)) return begin(tx, host, request);
    if (!request.force && host.forgettingAt === null) throw unreachable(host);
    // One that went away while it is being forgotten is waited for, unless by force.
    if (!request.force) return { hostId: host.id, state: 'accepted' };
    await loseInstances(tx, host);
    await dropHost(tx, host, { undone: false, agentRemoved: false });
    return { hostId: host.id, state: 'gone' };
  });
  await wakeHost(cloud, forgetting.hostId);
  return forgetting;
}

async function begin(tx: Transaction, host: Host, { force, requestId, userId }: ForgetHost): Promise<Forgetting> {
  const accepted = { hostId: host.id, state: 'accepted' } as const;
  if (host.forgettingAt !== null) {
    if (force) await updateHost(tx, host.id, { forgetForced: true });
    return accepted;
  }
  const run = await unfinishedSetupRun(tx, host.id);
  if (run !== null && run.kind !== 'undo') throw new CloudError('conflict', `Host ${host.name} has a run to end first: ${run.id} (${run.kind}). Watch it with \`novadock host watch ${host.name}\`.`, { reason: 'setupRunning' });
  const last = await lastSetupRun(tx, host.id);
  const { setup } = host.facts as unknown as Partial<HostFacts>;
  if (run === null && isPrepared(setup, last === null ? undefined : toLastRun(last))) await insertRun(tx, host, { kind: 'undo', profile: null, requestId, userId });
  await updateHost(tx, host.id, { forgettingAt: new Date(), forgetForced: force, agentRemovalAt: null, ...(host.enabled ? { enabled: false, disabledReason: 'It is about to be forgotten.' } : {}) });
  await recordEvent(tx, { kind: 'host.forgetting', subjectId: host.id, data: { name: host.name, force } });
  return accepted;
}

function unreachable({ name, revokedAt }: Host): CloudError {
  const why = revokedAt === null ? 'does not answer' : 'is revoked';
  return new CloudError('conflict', `Host ${name} ${why}, so what its set-up changed cannot be taken back. \`novadock host forget ${name} --force\` forgets it all the same, and leaves its machine as it is.`, { reason: revokedAt === null ? 'hostDown' : 'hostRevoked' });
}
