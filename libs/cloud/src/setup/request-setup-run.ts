import { randomUUID } from 'node:crypto';
import { CloudError, type HostFacts, type HostProfile, type SetupKind } from '@novadock/model';
import { countInstancesOn, findProfileRow, findSetupRun, inTransaction, insertSetupRun, lastSetupRun, lockHost, notify, recordEvent, rolloutHolding, setupRunsChannel, unfinishedSetupRun, updateHost, type Host, type NewSetupRun, type SetupRun, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { forgetCommand } from '../hosts/forget-command.ts';
import { hostUp } from '../hosts/host-up.ts';
import { wakeHost } from '../hosts/wake-host.ts';
import { findNamedHost } from '../hosts/find-named-host.ts';
import { toHostProfile, toProfileView } from './profile-view.ts';
import { toSetupRunView, type SetupRunView } from './setup-run-view.ts';

export type RequestSetupRun = {
  /** Its id or name. */
  host: string;
  kind: SetupKind;
  /** Undefined: the one that the host has, or `default`. Not with undo. */
  profileName?: string;
  revision?: number;
  /** Undo although instances live on the host. */
  force?: boolean;
  requestId: string;
  userId: string;
  /** The same when the request is repeated. */
  claimId?: string;
};

/** Why a host that is not prepared takes no new instances. */
export const notPreparedReason = 'Its set-up is taken back; `novadock host prepare` makes it ready again.';

/**
 * Accepts a run of a host's set-up: its owner begins it as soon as the host answers. Throws `notFound` (host, profile), `conflict` when
 * the host is revoked, about to be forgotten or has another run to do, or with `undo` while instances live on it.
 */
export async function requestSetupRun(cloud: Cloud, request: RequestSetupRun): Promise<SetupRunView> {
  if (request.kind === 'undo' && (request.profileName ?? request.revision) !== undefined) throw new CloudError('invalid', 'An undo takes back what is there: leave the profile out.', { reason: 'profileWithUndo' });
  const { host, run } = await inTransaction(cloud.store, (tx) => accept(tx, request));
  await wakeHost(cloud, host.id);
  return toSetupRunView(run, { ...host, up: hostUp(cloud, host) });
}

async function accept(tx: Transaction, request: RequestSetupRun): Promise<{ host: Host; run: SetupRun }> {
  // Locked, so that neither a boot nor another run comes in between; read anew then.
  await lockHost(tx, (await findNamedHost(tx, request.host)).id);
  const host = await findNamedHost(tx, request.host);
  const repeated = request.claimId === undefined ? null : await findSetupRun(tx, request.claimId);
  if (repeated !== null) return { host, run: repeated };
  await assertTakesRun(tx, host);
  if (request.kind === 'undo' && request.force !== true) await assertEmpty(tx, host);
  const profile = request.kind === 'undo' ? null : await profileFor(tx, host, request);
  const run = await insertRun(tx, host, { ...request, profile });
  return { host, run };
}

/** Adds a run; a host whose set-up is taken back takes no new instances from now on. */
export async function insertRun(tx: Transaction, host: Host, { kind, profile, requestId, userId, claimId }: Pick<RequestSetupRun, 'kind' | 'requestId' | 'userId' | 'claimId'> & { profile: HostProfile | null }): Promise<SetupRun> {
  const id = claimId ?? randomUUID();
  if (kind === 'undo' && host.enabled) {
    await updateHost(tx, host.id, { enabled: false, disabledReason: notPreparedReason });
    await recordEvent(tx, { kind: 'host.disabled', subjectId: host.id, data: { name: host.name, reason: notPreparedReason } });
  }
  const run = await insertSetupRun(tx, { id, hostId: host.id, kind, profile: profile as unknown as NewSetupRun['profile'], requestId, userId });
  await notify(tx, setupRunsChannel, id);
  return run;
}

async function assertTakesRun(tx: Transaction, host: Host): Promise<void> {
  if (host.revokedAt !== null) throw new CloudError('conflict', `Host ${host.name} is revoked: nothing is said to it any more. Forget it by ${forgetCommand(host)}, and let the machine join anew.`, { reason: 'hostRevoked' });
  if (host.forgettingAt !== null) throw new CloudError('conflict', `Host ${host.name} is about to be forgotten.`, { reason: 'hostForgetting' });
  const rollout = await rolloutHolding(tx, host.id);
  if (rollout !== undefined) throw new CloudError('conflict', `Rollout r-${rollout} is at work on host ${host.name}: wait for it, or pause it.`, { reason: 'hostInRollout' });
  const unfinished = await unfinishedSetupRun(tx, host.id);
  if (unfinished !== null) throw new CloudError('conflict', `Host ${host.name} has another run to do first: ${unfinished.id} (${unfinished.kind}). Watch it with \`novadock host watch ${host.name}\`.`, { reason: 'setupRunning' });
}

/** Throws `conflict` when instances live on a host. */
export async function assertEmpty(tx: Transaction, host: Host): Promise<void> {
  const count = await countInstancesOn(tx, host.id);
  if (count > 0) throw new CloudError('conflict', `${count === 1 ? 'An instance lives' : `${count} instances live`} on ${host.name}: delete them first, or use force, which stops them with the engine.`, { reason: 'hostInUse' });
}

async function profileFor(tx: Transaction, host: Host, { profileName, revision }: RequestSetupRun): Promise<HostProfile> {
  const name = profileName ?? (await profileNameOf(tx, host));
  const row = await findProfileRow(tx, name, revision);
  if (row === null) throw new CloudError('notFound', `There is no profile ${name}${revision === undefined ? '' : ` with a revision ${revision}`}: see \`novadock profile list\`.`, { reason: 'profileNotFound' });
  return toHostProfile(toProfileView(row));
}

/** What a host has, or was last to have: a run that failed is tried again with the same. */
async function profileNameOf(tx: Transaction, host: Host): Promise<string> {
  const last = await lastSetupRun(tx, host.id);
  const wanted = last?.kind === 'apply' ? (last.profile as unknown as HostProfile).name : undefined;
  const { setup } = host.facts as unknown as Partial<HostFacts>;
  return wanted ?? (setup === undefined || setup.profile === '' ? 'default' : setup.profile);
}
