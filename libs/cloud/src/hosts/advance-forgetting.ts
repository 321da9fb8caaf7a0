import { CloudError, toCloudError, type AgentService, type SetupEnd } from '@novadock/model';
import { countInstancesOn, findHost, inTransaction, lastSetupRun, lockHost, recordEvent, updateHost, type Host, type SetupRun, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { dropHost, loseInstances } from './drop-host.ts';

export type AdvanceForgetting = { hostId: string; agent: AgentService; epoch: number };

/** An agent that was told to go and does not answer for so long has gone: its reply was lost. */
const removalMs = 8_000;

/**
 * Goes on with forgetting a host that has no run to do: takes its agent off and drops it. Where its set-up could not be taken back it is kept,
 * unless by force, and an event says why. Throws `unavailable` when it is to be called again.
 */
export async function advanceForgetting(cloud: Pick<Cloud, 'store'>, { hostId, agent, epoch }: AdvanceForgetting): Promise<void> {
  const ready = await inTransaction(cloud.store, (tx) => prepareRemoval(tx, hostId));
  if (ready === undefined) return;
  const { host, undone, since } = ready;
  let agentRemoved = true;
  try {
    await agent.removeAgent({ epoch });
  } catch (error) {
    const failure = toCloudError(error);
    const mayAnswer = failure.code === 'unavailable' && Date.now() - since.getTime() < removalMs;
    if (mayAnswer || failure.reason === 'staleEpoch' || failure.reason === 'setupRunning') throw failure;
    if (failure.code !== 'unavailable' && !host.forgetForced) return inTransaction(cloud.store, (tx) => keep(tx, host, `Its agent could not be taken off: ${failure.message}`));
    agentRemoved = false;
  }
  await inTransaction(cloud.store, (tx) => drop(tx, hostId, { undone, agentRemoved }));
}

type Ready = { host: Host; undone: boolean; since: Date };

/** Undefined when it is not to be forgotten, or not any more. */
async function prepareRemoval(tx: Transaction, hostId: string): Promise<Ready | undefined> {
  await lockHost(tx, hostId);
  const host = await findHost(tx, { id: hostId });
  if (host === null || host.forgettingAt === null) return undefined;
  const last = await lastSetupRun(tx, hostId);
  if (last?.finishedAt === null) return undefined;
  const failure = undoFailure(last);
  if (failure !== undefined && !host.forgetForced) {
    await keep(tx, host, failure);
    return undefined;
  }
  if (!host.forgetForced && (await countInstancesOn(tx, hostId)) > 0) {
    await keep(tx, host, 'Instances live on it.');
    return undefined;
  }
  const since = host.agentRemovalAt ?? new Date();
  if (host.agentRemovalAt === null) await updateHost(tx, hostId, { agentRemovalAt: since });
  return { host, undone: failure === undefined, since };
}

function undoFailure(run: SetupRun | null): string | undefined {
  if (run?.kind !== 'undo') return undefined;
  const ended = run.ended as unknown as SetupEnd | null;
  return ended?.succeeded === false ? `Its set-up could not be taken back: ${ended.error?.message ?? 'the host gave no reason.'}` : undefined;
}

async function keep(tx: Transaction, host: Host, reason: string): Promise<void> {
  await updateHost(tx, host.id, { forgettingAt: null, forgetForced: false, agentRemovalAt: null });
  await recordEvent(tx, { kind: 'host.forget_failed', subjectId: host.id, data: { name: host.name, reason } });
}

async function drop(tx: Transaction, hostId: string, how: { undone: boolean; agentRemoved: boolean }): Promise<void> {
  await lockHost(tx, hostId);
  const host = await findHost(tx, { id: hostId });
  if (host === null) return;
  // Whatever lives there by now: its agent is gone.
  await loseInstances(tx, host);
  if (!(await dropHost(tx, host, how))) throw new CloudError('unavailable', `Host ${host.name} is not dropped yet.`);
}
