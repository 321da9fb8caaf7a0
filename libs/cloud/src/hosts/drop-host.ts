import { deleteHostRow, finishActions, leaveHost, lockHost, lockInstancesOn, notify, recordEvent, type Host, type Instance, type Transaction } from '@novadock/store';
import type { Fault } from '../instances/instance-view.ts';
import { releasePorts } from '../networks/claim-ports.ts';
import { hostsGoneChannel } from './wake-host.ts';

/** Deletes a host; nothing is said to it any more. False when instances live on it. `how`: for its event. */
export async function dropHost(tx: Transaction, host: Host, how: { undone?: boolean; agentRemoved?: boolean } = {}): Promise<boolean> {
  if (!(await deleteHostRow(tx, host.id))) return false;
  await recordEvent(tx, { kind: 'host.deleted', subjectId: host.id, data: { name: host.name, ...how } });
  await notify(tx, hostsGoneChannel, host.id);
  return true;
}

/**
 * Parts the instances on a host from it before it is dropped by force. What becomes of their containers is not known here, so none is
 * started elsewhere (P4): each is in ERROR and says where it was; one that was being deleted is deleted.
 */
export async function loseInstances(tx: Transaction, host: Host): Promise<void> {
  await lockHost(tx, host.id);
  for (const instance of await lockInstancesOn(tx, host.id)) await lose(tx, host, instance);
}

async function lose(tx: Transaction, host: Host, instance: Instance): Promise<void> {
  const about = { projectId: instance.projectId, subjectId: instance.id };
  if (instance.power === 'absent') {
    await releasePorts(tx, instance.id);
    await leaveHost(tx, instance, { deletedAt: new Date(), observedPower: 'absent' });
    await finishActions(tx, instance.id, instance.generation, { result: 'Success', message: null });
    return recordEvent(tx, { kind: 'instance.deleted', ...about, data: { name: instance.name, host: host.name } });
  }
  const message = `Its host ${host.name} was forgotten by force. Its container, if it is still there, was left on that machine; delete the instance and boot a new one.`;
  const fault: Fault = { code: 500, message, details: '', at: new Date().toISOString() };
  await leaveHost(tx, instance, { failed: true, fault });
  await finishActions(tx, instance.id, instance.generation, { result: 'Error', message });
  await recordEvent(tx, { kind: 'instance.lost', ...about, data: { name: instance.name, host: host.name, error: message } });
}
