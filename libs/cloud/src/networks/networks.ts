import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import {
  deleteNetworkRow, findNetwork, insertNetwork, inTransaction, isNetworkUsedByOthers, listNetworkRows, updateNetworkRow, type ListQuery, type NetworkKey, type NetworkRow, type Transaction,
} from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { assertOwner, disallowed, invalidInput, networkNotFound, scopeOf } from './failures.ts';
import { assertNetworkQuota } from './network-quota.ts';

export type NetworkChange = { name?: string; description?: string; shared?: boolean; external?: boolean; mtu?: number; tags?: string[] };
export type NewNetwork = NetworkChange & { projectId: string };

/** A page of the networks that the caller sees: of their project, shared and external ones, all for an administrator. Throws `notFound` when the marker is none of them. */
export async function listNetworks({ store }: Cloud, auth: Auth, query: ListQuery<NetworkKey> = {}): Promise<NetworkRow[]> {
  const networks = await listNetworkRows(store, query, scopeOf(auth));
  if (networks === undefined) throw networkNotFound(query.marker ?? '');
  return networks;
}

/** Throws `notFound`, also for one that the caller does not see. */
export async function getNetwork({ store }: Cloud, auth: Auth, id: string): Promise<NetworkRow> {
  const network = await findNetwork(store, id, scopeOf(auth));
  if (network === undefined) throw networkNotFound(id);
  return network;
}

/** Makes all of them or none. Only administrators share networks and make external ones. */
export async function createNetworks(cloud: Cloud, auth: Auth, requests: NewNetwork[]): Promise<NetworkRow[]> {
  for (const request of requests) assertAllowed(auth, request, 'create_network');
  const ids = await inTransaction(cloud.store, async (tx) => {
    await assertNetworkQuota(tx, 'network', requests.map(({ projectId }) => projectId));
    const made: string[] = [];
    for (const { mtu, ...request } of requests) made.push((await insertNetwork(tx, { id: randomUUID(), name: '', ...request, mtu: checkMtu(mtu) })).id);
    return made;
  });
  return Promise.all(ids.map((id) => getNetwork(cloud, auth, id)));
}

/** Throws `notFound`, `forbidden` for another project's, `conflict` when others use what is not to be shared any more. */
export async function updateNetwork(cloud: Cloud, auth: Auth, id: string, { mtu, ...change }: NetworkChange): Promise<NetworkRow> {
  const network = await getNetwork(cloud, auth, id);
  assertOwner(auth, network, 'update_network');
  assertAllowed(auth, change, 'update_network');
  await inTransaction(cloud.store, async (tx) => {
    if (change.shared === false) await assertUnshareable(tx, network);
    if (!(await updateNetworkRow(tx, id, { ...change, mtu: checkMtu(mtu) }))) throw networkNotFound(id);
  });
  return getNetwork(cloud, auth, id);
}

/** Deletes a network with its subnets. Throws `notFound`, `forbidden` for another project's, `conflict` when it has ports. */
export async function deleteNetwork(cloud: Cloud, auth: Auth, id: string): Promise<void> {
  const network = await getNetwork(cloud, auth, id);
  assertOwner(auth, network, 'delete_network');
  const ports = await inTransaction(cloud.store, (tx) => deleteNetworkRow(tx, id));
  if (ports.length === 0) return;
  const message = `Unable to complete operation on network ${id}. There are one or more ports still in use on the network, id for these ports is: ${ports.join(',')}.`;
  throw new CloudError('conflict', message, { reason: 'NetworkInUse' });
}

function assertAllowed(auth: Auth, { shared, external }: NetworkChange, rule: string): void {
  if (auth.isAdmin) return;
  if (shared === true) throw disallowed(`(rule:${rule} and rule:${rule}:shared)`);
  if (external === true) throw disallowed(`(rule:${rule} and rule:${rule}:router:external)`);
}

async function assertUnshareable(tx: Transaction, network: NetworkRow): Promise<void> {
  if (!network.shared || !(await isNetworkUsedByOthers(tx, network))) return;
  throw new CloudError('conflict', `Unable to reconfigure sharing settings for network ${network.id}. Multiple tenants are using it.`, { reason: 'InvalidSharedSetting' });
}

/** The smallest that IPv4 works with, and jumbo frames. */
const mtuRange = { min: 68, max: 9000, usual: 1500 };

/** 0 stands for the usual one. */
function checkMtu(mtu: number | undefined): number | undefined {
  if (mtu === undefined) return undefined;
  if (mtu === 0) return mtuRange.usual;
  if (mtu > mtuRange.max) throw invalidInput(`Requested MTU is too big, maximum is ${mtuRange.max}`);
  if (mtu < mtuRange.min) throw invalidInput(`Requested MTU is too small, minimum is ${mtuRange.min}`);
  return mtu;
}
