import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import {
  addAddress, deleteAddresses, deletePortRow, findPort, findPortByMac, insertPort, inTransaction, listPortRows, lockNetworks, subnetsOf, updatePortRow, type PortQuery, type PortRow,
  type Transaction,
} from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { disallowed, networkNotFound, portNotFound, scopeOf } from './failures.ts';
import { planAddresses, type FixedIpWish, type WantedAddress } from './plan-addresses.ts';
import { assertNetworkQuota } from './network-quota.ts';
import { getNetwork } from './networks.ts';

export type PortChange = { name?: string; description?: string; macAddress?: string; fixedIps?: FixedIpWish[]; tags?: string[] };
export type NewPort = PortChange & { networkId: string; projectId: string };

/** A page of the ports of the caller's project, of all for an administrator. Throws `notFound` when the marker is none of them. */
export async function listPorts({ store }: Cloud, auth: Auth, query: PortQuery = {}): Promise<PortRow[]> {
  const ports = await listPortRows(store, query, scopeOf(auth));
  if (ports === undefined) throw portNotFound(query.marker ?? '');
  return ports;
}

/** Throws `notFound`, also for one that the caller does not see. */
export async function getPort({ store }: Cloud, auth: Auth, id: string): Promise<PortRow> {
  const port = await findPort(store, id, scopeOf(auth));
  if (port === undefined) throw portNotFound(id);
  return port;
}

/**
 * Makes all of them or none, each with an address of each IP version that its network has, or those of `fixedIps`. Throws
 * `conflict` when an address is taken or none is left, `invalid` for addresses that the network does not have.
 */
export async function createPorts(cloud: Cloud, auth: Auth, requests: NewPort[]): Promise<PortRow[]> {
  for (const { networkId } of requests) {
    const network = await getNetwork(cloud, auth, networkId);
    if (!auth.isAdmin && !network.shared && network.projectId !== auth.projectId) throw disallowed('rule:create_port');
  }
  const ids = await inTransaction(cloud.store, async (tx) => {
    await assertNetworkQuota(tx, 'port', requests.map(({ projectId }) => projectId));
    await lockNetworks(tx, requests.map(({ networkId }) => networkId));
    const made: string[] = [];
    for (const request of requests) made.push(await createPort(tx, request));
    return made;
  });
  return Promise.all(ids.map((id) => getPort(cloud, auth, id)));
}

async function createPort(tx: Transaction, { fixedIps, tags, ...request }: NewPort): Promise<string> {
  const port = { ...request, id: randomUUID() };
  if (port.macAddress !== undefined) await assertMacFree(tx, port.networkId, port.macAddress);
  if ((await insertPort(tx, port, [])) === undefined) throw networkNotFound(port.networkId);
  await giveAddresses(tx, port, planAddresses(await subnetsOf(tx, port.networkId), port.networkId, fixedIps));
  if (tags !== undefined) await updatePortRow(tx, port.id, { tags });
  return port.id;
}

/** Throws `notFound`, `conflict` when an instance has the port and its addresses were to change, or they are taken. */
export async function updatePort(cloud: Cloud, auth: Auth, id: string, { fixedIps, ...change }: PortChange): Promise<PortRow> {
  const port = await getPort(cloud, auth, id);
  await inTransaction(cloud.store, async (tx) => {
    await lockNetworks(tx, [port.networkId]);
    if (change.macAddress !== undefined && change.macAddress !== port.macAddress) {
      assertUnbound(port);
      await assertMacFree(tx, port.networkId, change.macAddress);
    }
    if (fixedIps !== undefined) await changeAddresses(tx, port, fixedIps);
    await updatePortRow(tx, id, change);
  });
  return getPort(cloud, auth, id);
}

/** Keeps those of the addresses that are named in `fixedIps`. */
async function changeAddresses(tx: Transaction, port: PortRow, fixedIps: FixedIpWish[]): Promise<void> {
  const wanted = planAddresses(await subnetsOf(tx, port.networkId), port.networkId, fixedIps);
  const held = port.fixedIps.map(({ address }) => address);
  const gone = held.filter((address) => !wanted.some((one) => one.address === address));
  const added = wanted.filter(({ address }) => address === undefined || !held.includes(address));
  if (gone.length + added.length === 0) return;
  assertUnbound(port);
  await deleteAddresses(tx, port.id, gone);
  await giveAddresses(tx, port, added);
}

/** Throws `notFound`, or `conflict` when an instance has the port. */
export async function deletePort(cloud: Cloud, auth: Auth, id: string): Promise<void> {
  const port = await getPort(cloud, auth, id);
  assertUnbound(port);
  if (!(await deletePortRow(cloud.store, id))) assertUnbound(await getPort(cloud, auth, id));
}

async function giveAddresses(tx: Transaction, { id, networkId }: { id: string; networkId: string }, wanted: WantedAddress[]): Promise<void> {
  for (const { ranges, address } of wanted) {
    if (await addAddress(tx, id, ranges)) continue;
    if (address === undefined) throw new CloudError('conflict', `No more IP addresses available on network ${networkId}.`, { reason: 'IpAddressGenerationFailure' });
    throw new CloudError('conflict', `IP address ${address} already allocated in subnet ${ranges[0]?.subnetId ?? ''}`, { reason: 'IpAddressAlreadyAllocated' });
  }
}

async function assertMacFree(tx: Transaction, networkId: string, macAddress: string): Promise<void> {
  if ((await findPortByMac(tx, { networkId, macAddress })) === undefined) return;
  throw new CloudError('conflict', `Unable to complete operation for network ${networkId}. The mac address ${macAddress} is in use.`, { reason: 'MacAddressInUse' });
}

function assertUnbound({ id, networkId, deviceId }: PortRow): void {
  if (deviceId === '') return;
  throw new CloudError('conflict', `Unable to complete operation on port ${id} for network ${networkId}. Port already has an attached device ${deviceId}.`, { reason: 'PortInUse' });
}
