import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { bindPort, insertPort, lockNetworks, releaseInstancePorts, type Transaction } from '@novadock/store';
import type { ResolvedNetwork } from './resolve-networks.ts';

export type ClaimPorts = { instanceId: string; projectId: string; availabilityZone: string; networks: ResolvedNetwork[] };

/**
 * Gives an instance its ports, in order: new ones with the lowest free address of their subnets (or the one asked for),
 * and those that were there already. Throws `conflict` when a port or address was taken meanwhile, `invalid` when the
 * network went, `exhausted` when it has no address left. Boots on the same network wait for the transaction's end: call it late.
 */
export async function claimPorts(tx: Transaction, { instanceId, projectId, availabilityZone, networks }: ClaimPorts): Promise<void> {
  const device = { deviceId: instanceId, deviceOwner: `compute:${availabilityZone}` };
  await lockForNew(tx, networks);
  for (const [position, network] of networks.entries()) {
    if (network.portId !== undefined) {
      if (!(await bindPort(tx, { id: network.portId, ...device, position }))) throw new CloudError('conflict', `Port ${network.portId} is still in use.`, { reason: 'PortInUse' });
      continue;
    }
    const port = { id: randomUUID(), networkId: network.networkId, projectId, ...device, ownedByInstance: true, position };
    if ((await insertPort(tx, port, network.addresses)) === undefined) throw noAddress(network);
  }
}

/** Deletes the ports that a boot made for an instance, with their addresses, and unbinds those that were there before it. */
export async function releasePorts(tx: Transaction, instanceId: string): Promise<void> {
  await releaseInstancePorts(tx, instanceId);
}

async function lockForNew(tx: Transaction, networks: ResolvedNetwork[]): Promise<void> {
  const ids = [...new Set(networks.filter(({ portId }) => portId === undefined).map(({ networkId }) => networkId))];
  if (ids.length === 0) return;
  const there = await lockNetworks(tx, ids);
  const gone = ids.find((id) => !there.includes(id));
  if (gone !== undefined) throw new CloudError('invalid', `Network ${gone} could not be found.`, { reason: 'NetworkNotFound' });
}

function noAddress({ networkId, fixedIp }: ResolvedNetwork): CloudError {
  if (fixedIp !== undefined) return new CloudError('conflict', `Fixed IP address ${fixedIp} is already in use on network ${networkId}.`, { reason: 'FixedIpAlreadyInUse' });
  return new CloudError('exhausted', `No fixed IP addresses available for network: ${networkId}`, { reason: 'NoMoreFixedIps' });
}
