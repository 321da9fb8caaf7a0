import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import {
  deleteSubnetRow, findPortByAddress, findSubnet, insertSubnet, inTransaction, listSubnetRows, lockNetworks, subnetsOf, updateNetworkRow, updateSubnetRow, type ListQuery, type SubnetKey,
  type SubnetRow, type Transaction,
} from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { parseAddress, parseCidr, type Pool } from './addresses.ts';
import { assertOwner, networkNotFound, scopeOf, subnetNotFound } from './failures.ts';
import { assertNetworkQuota } from './network-quota.ts';
import { getNetwork } from './networks.ts';
import { planSubnet, replanSubnet, type SubnetWish } from './plan-subnet.ts';

type Details = { name?: string; description?: string; dnsNameservers?: string[]; hostRoutes?: { destination: string; nexthop: string }[]; tags?: string[] };

export type NewSubnet = SubnetWish & Details & { networkId: string; projectId: string };
export type SubnetChange = Details & { gatewayIp?: string | null; allocationPools?: Pool[]; enableDhcp?: boolean };

/** A page of the subnets that the caller sees: of their project and of shared networks, all for an administrator. Throws `notFound` when the marker is none of them. */
export async function listSubnets({ store }: Cloud, auth: Auth, query: ListQuery<SubnetKey> = {}): Promise<SubnetRow[]> {
  const subnets = await listSubnetRows(store, query, scopeOf(auth));
  if (subnets === undefined) throw subnetNotFound(query.marker ?? '');
  return subnets;
}

/** Throws `notFound`, also for one that the caller does not see. */
export async function getSubnet({ store }: Cloud, auth: Auth, id: string): Promise<SubnetRow> {
  const subnet = await findSubnet(store, id, scopeOf(auth));
  if (subnet === undefined) throw subnetNotFound(id);
  return subnet;
}

/** Makes all of them or none, on networks of the caller's. Throws `invalid` or `conflict`, in Neutron's words, for addresses that cannot be. */
export async function createSubnets(cloud: Cloud, auth: Auth, requests: NewSubnet[]): Promise<SubnetRow[]> {
  requests.forEach(assertDetails);
  for (const { networkId } of requests) assertOwner(auth, await getNetwork(cloud, auth, networkId), 'create_subnet');
  const ids = await inTransaction(cloud.store, async (tx) => {
    await assertNetworkQuota(tx, 'subnet', requests.map(({ projectId }) => projectId));
    const made: string[] = [];
    for (const request of requests) made.push(await createSubnet(tx, request));
    return made;
  });
  return Promise.all(ids.map((id) => getSubnet(cloud, auth, id)));
}

/** Throws `invalid` for addresses that no instance could use: agents would refuse each boot on the subnet. */
function assertDetails({ dnsNameservers = [], hostRoutes = [] }: Details): void {
  const server = dnsNameservers.find((text) => parseAddress(text) === undefined);
  if (server !== undefined) throw new CloudError('invalid', `Invalid input for dns_nameservers. Reason: '${server}' is not a valid nameserver.`, { reason: 'HTTPBadRequest' });
  const route = hostRoutes.find(({ destination, nexthop }) => parseCidr(destination) === undefined || parseAddress(nexthop) === undefined);
  if (route !== undefined) throw new CloudError('invalid', `Invalid input for host_routes. Reason: '${route.destination}' via '${route.nexthop}' is not a route.`, { reason: 'HTTPBadRequest' });
}

async function createSubnet(tx: Transaction, { networkId, projectId, ipVersion, cidr, gatewayIp, allocationPools, enableDhcp, ...details }: NewSubnet): Promise<string> {
  // Else two could both find their addresses free.
  if ((await lockNetworks(tx, [networkId])).length === 0) throw networkNotFound(networkId);
  const taken = (await subnetsOf(tx, networkId)).map((subnet) => subnet.cidr);
  const plan = planSubnet({ ipVersion, cidr, gatewayIp, allocationPools, enableDhcp }, { networkId, taken });
  const { id } = await insertSubnet(tx, { id: randomUUID(), networkId, projectId, ...details, ...plan });
  await updateNetworkRow(tx, networkId, {});
  return id;
}

/** Holds for the ports and boots after it. Throws `notFound`, `forbidden` for another project's, `invalid` or `conflict` for addresses that cannot be. */
export async function updateSubnet(cloud: Cloud, auth: Auth, id: string, { gatewayIp, allocationPools, enableDhcp, ...details }: SubnetChange): Promise<SubnetRow> {
  const subnet = await getSubnet(cloud, auth, id);
  assertOwner(auth, subnet, 'update_subnet');
  assertDetails(details);
  const plan = replanSubnet(subnet, { gatewayIp, allocationPools, enableDhcp });
  await inTransaction(cloud.store, async (tx) => {
    await lockNetworks(tx, [subnet.networkId]);
    if (plan.gatewayIp !== null && plan.gatewayIp !== subnet.gatewayIp) await assertUnused(tx, id, plan.gatewayIp);
    if (!(await updateSubnetRow(tx, id, { ...details, ...plan }))) throw subnetNotFound(id);
  });
  return getSubnet(cloud, auth, id);
}

async function assertUnused(tx: Transaction, subnetId: string, gatewayIp: string): Promise<void> {
  const portId = await findPortByAddress(tx, { subnetId, address: gatewayIp });
  if (portId !== undefined) throw new CloudError('conflict', `Current gateway ip ${gatewayIp} already in use by port ${portId}. Unable to update.`, { reason: 'GatewayIpInUse' });
}

/** Throws `notFound`, `forbidden` for another project's, `conflict` when a port has an address of it. */
export async function deleteSubnet(cloud: Cloud, auth: Auth, id: string): Promise<void> {
  const subnet = await getSubnet(cloud, auth, id);
  assertOwner(auth, subnet, 'delete_subnet');
  const isGone = await inTransaction(cloud.store, (tx) => deleteSubnetRow(tx, subnet));
  if (isGone) return;
  throw new CloudError('conflict', `Unable to complete operation on subnet ${id}: One or more ports have an IP allocation from this subnet.`, { reason: 'SubnetInUse' });
}
