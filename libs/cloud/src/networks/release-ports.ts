import { releaseInstancePorts, type Transaction } from '@novadock/store';

/** Deletes the ports that a boot made for an instance, with their addresses, and unbinds those that were there before it. */
export async function releasePorts(tx: Transaction, instanceId: string): Promise<void> {
  await releaseInstancePorts(tx, instanceId);
}
