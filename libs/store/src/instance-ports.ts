import type { NetworkSpec } from '@novadock/model';
import type { Store, Transaction } from './open-store.ts';

/** A network as boots see it; its subnets in order of age. */
export type BootNetwork = {
  id: string;
  name: string;
  external: boolean;
  subnets: { id: string; ipVersion: number; cidr: string; gatewayIp: string | null; allocationPools: { start: string; end: string }[] }[];
};

const bootNetwork = `SELECT n.id, n.name, n.external, coalesce((
    SELECT json_agg(json_build_object('id', s.id, 'ipVersion', s."ipVersion", 'cidr', s.cidr, 'gatewayIp', s."gatewayIp", 'allocationPools', s."allocationPools") ORDER BY s."createdAt", s.id)
    FROM "Subnet" s WHERE s."networkId" = n.id), '[]') AS subnets
  FROM "Network" n`;

/** Those networks of `ids` that the project may see; all that exist for an administrator. */
export async function findBootNetworks(store: Store, query: { ids: string[]; projectId: string; isAdmin: boolean }): Promise<BootNetwork[]> {
  const text = `${bootNetwork} WHERE n.id = ANY($1::uuid[]) AND ($2 OR n.shared OR n.external OR n."projectId" = $3)`;
  return (await store.pool.query<BootNetwork>({ name: 'find-boot-networks', text, values: [query.ids, query.isAdmin, query.projectId] })).rows;
}

/** Two at most of the networks that the project's instances may be on without naming one. */
export async function defaultBootNetworks(store: Store, projectId: string): Promise<BootNetwork[]> {
  const text = `${bootNetwork} WHERE (n.shared OR n."projectId" = $1) AND NOT n.external LIMIT 2`;
  return (await store.pool.query<BootNetwork>({ name: 'default-boot-networks', text, values: [projectId] })).rows;
}

export type BootPort = { id: string; networkId: string; networkName: string; deviceId: string; addresses: number };

/** Those ports of `ids` that the project owns; all that exist for an administrator. */
export async function findBootPorts(store: Store, query: { ids: string[]; projectId: string; isAdmin: boolean }): Promise<BootPort[]> {
  const text = `SELECT p.id, p."networkId", n.name AS "networkName", p."deviceId", (SELECT count(*)::int FROM "PortAddress" a WHERE a."portId" = p.id) AS addresses
    FROM "Port" p JOIN "Network" n ON n.id = p."networkId" WHERE p.id = ANY($1::uuid[]) AND ($2 OR p."projectId" = $3)`;
  return (await store.pool.query<BootPort>({ name: 'find-boot-ports', text, values: [query.ids, query.isAdmin, query.projectId] })).rows;
}

/** Gives a port that nothing uses to an instance; false when something uses it, or it is gone. */
export async function bindPort(tx: Transaction, port: { id: string; deviceId: string; deviceOwner: string; position: number }): Promise<boolean> {
  const bound = await tx.$executeRaw`
    UPDATE "Port" SET "deviceId" = ${port.deviceId}, "deviceOwner" = ${port.deviceOwner}, position = ${port.position}, revision = revision + 1, "updatedAt" = now()
    WHERE id = ${port.id}::uuid AND "deviceId" = ''`;
  return bound === 1;
}

/** Deletes the ports that were made for an instance and takes the others from it. */
export async function releaseInstancePorts(tx: Transaction, instanceId: string): Promise<void> {
  await tx.$executeRaw`
    WITH deleted AS (DELETE FROM "Port" WHERE "deviceId" = ${instanceId} AND "ownedByInstance")
    UPDATE "Port" SET "deviceId" = '', "deviceOwner" = '', position = 0, revision = revision + 1, "updatedAt" = now()
    WHERE "deviceId" = ${instanceId} AND NOT "ownedByInstance"`;
}

/** An address of an instance's interface, or an interface that has none. */
export type InterfaceAddressRow = {
  instanceId: string;
  portId: string;
  networkId: string;
  networkName: string;
  macAddress: string;
  subnetId: string | null;
  address: string;
  ipVersion: number;
};

/** The addresses of the interfaces of instances: each interface's one after another, those of each instance in order. */
export async function listInstanceAddresses(store: Store, instanceIds: string[]): Promise<InterfaceAddressRow[]> {
  const text = `SELECT p."deviceId" AS "instanceId", p.id AS "portId", n.id AS "networkId", n.name AS "networkName", p."macAddress", a."subnetId", a.address, s."ipVersion"
    FROM "Port" p JOIN "Network" n ON n.id = p."networkId"
    LEFT JOIN ("PortAddress" a JOIN "Subnet" s ON s.id = a."subnetId") ON a."portId" = p.id
    WHERE p."deviceId" = ANY($1) ORDER BY p."deviceId", p.position, p.id, s."ipVersion", s."createdAt", a."offset"`;
  return (await store.pool.query<InterfaceAddressRow>({ name: 'list-instance-addresses', text, values: [instanceIds] })).rows;
}

/** What agents need to know of networks. */
export async function listNetworkSpecs(store: Store, ids: string[]): Promise<(NetworkSpec & { mtu: number })[]> {
  const text = `SELECT n.id, n.name, n.mtu, coalesce((
      SELECT json_agg(json_build_object('id', s.id, 'cidr', s.cidr, 'gatewayIp', coalesce(s."gatewayIp", ''), 'dnsNameservers', coalesce(s."dnsNameservers", '{}'), 'hostRoutes', s."hostRoutes")
        ORDER BY s."createdAt", s.id)
      FROM "Subnet" s WHERE s."networkId" = n.id), '[]') AS subnets
    FROM "Network" n WHERE n.id = ANY($1::uuid[])`;
  return (await store.pool.query<NetworkSpec & { mtu: number }>({ name: 'list-network-specs', text, values: [ids] })).rows;
}
