import { actions, CloudError, serverStatus, type Action, type ActionName } from '@novadock/model';
import { finishActions, inTransaction, recordEvent, startAction, updateInstanceSpec, type InstanceRow, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { wakeHost } from '../hosts/wake-host.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { releasePorts } from '../networks/claim-ports.ts';
import { lockVisibleInstance } from './get-instance.ts';
import type { ActOnInstance } from './requests.ts';

/**
 * Accepts an action on an instance; its host carries it out. Throws `notFound`, or `conflict` when it is locked or its state does not
 * allow the action. An instance without a host is deleted at once.
 */
export async function actOnInstance(cloud: Cloud, auth: ProjectAuth, { id, action, requestId }: ActOnInstance): Promise<void> {
  const hostId = await inTransaction(cloud.store, async (tx) => {
    const row = await lockVisibleInstance(tx, auth, id);
    assertAllowed(row, auth, action);
    // A delete that is under way already is not begun again.
    if (action === 'delete' && row.power === 'absent' && row.hostId !== null && !row.failed) return null;
    await writeAction(tx, { row, auth, action, requestId });
    if (row.hostId === null) await deleteUnplaced(tx, row);
    return row.hostId;
  });
  if (hostId !== null) await wakeHost(cloud, hostId);
}

function assertAllowed(row: InstanceRow, auth: ProjectAuth, name: ActionName): void {
  const action: Action = actions[name];
  if (row.locked && !auth.isAdmin) throw new CloudError('conflict', `Instance ${row.id} is locked`, { reason: 'instanceLocked' });
  const { vmState, taskState } = serverStatus(row);
  if (!action.from.includes(vmState)) {
    throw new CloudError('conflict', `Cannot '${action.verb}' instance ${row.id} while it is in vm_state ${vmState}`, { reason: 'wrongState' });
  }
  if (name === 'delete') return;
  if (row.hostId === null) throw new CloudError('conflict', `Instance ${row.id} is not ready`, { reason: 'noHost' });
  // Nova lets a hard reboot break into another task; any other action waits for the one before.
  if (taskState !== null && (name !== 'rebootHard' || taskState === 'deleting')) {
    throw new CloudError('conflict', `Cannot '${action.verb}' instance ${row.id} while it is in task_state ${taskState}`, { reason: 'busy' });
  }
}

async function writeAction(tx: Transaction, { row, auth, action: name, requestId }: { row: InstanceRow; auth: ProjectAuth; action: ActionName; requestId: string }): Promise<void> {
  const action: Action = actions[name];
  const generation = row.generation + 1;
  const restart = action.restart === undefined ? {} : { restarts: row.restarts + 1, restartHard: action.restart === 'hard' };
  await updateInstanceSpec(tx, row.id, { power: action.power, generation, task: action.task, ...restart });
  await startAction(tx, { instanceId: row.id, action: action.verb, requestId, userId: auth.userId, projectId: auth.projectId, generation });
  await recordEvent(tx, { kind: `instance.${action.verb}`, projectId: row.projectId, subjectId: row.id, data: { name: row.name, generation, requestId } });
}

/** No host has it, so nobody would report that it is gone. */
async function deleteUnplaced(tx: Transaction, row: InstanceRow): Promise<void> {
  await releasePorts(tx, row.id);
  await updateInstanceSpec(tx, row.id, { deletedAt: new Date(), observedGeneration: row.generation + 1, observedPower: 'absent' });
  await finishActions(tx, row.id, row.generation + 1, { result: 'Success', message: null });
  await recordEvent(tx, { kind: 'instance.deleted', projectId: row.projectId, subjectId: row.id, data: { name: row.name } });
}
