import type { Network, Prisma } from './generated/client.ts';
import { isUuid } from './instances.ts';
import { listRows, type Bind, type ListQuery, type ListSource } from './list-query.ts';
import type { Store, Transaction } from './open-store.ts';

/** A network with its subnets, oldest first. */
export type NetworkRow = Network & { subnetIds: string[] };

const columns = {
  id: 'n.id',
  name: 'n.name',
  projectId: 'n."projectId"',
  description: 'n.description',
  adminStateUp: 'n."adminStateUp"',
  shared: 'n.shared',
  external: 'n.external',
  mtu: 'n.mtu',
  revision: 'n.revision',
  status: `'ACTIVE'`,
} as const;

export type NetworkKey = keyof typeof columns;

const source: ListSource<NetworkKey> = {
  select: `n.id, n.name, n."projectId", n.description, n."adminStateUp", n.shared, n.external, n.mtu, coalesce(n.tags, '{}') AS tags, n.revision, n."createdAt", n."updatedAt",
    (SELECT coalesce(array_agg(s.id ORDER BY s."createdAt", s.id), '{}') FROM "Subnet" s WHERE s."networkId" = n.id) AS "subnetIds"`,
  from: '"Network" n',
  columns,
  uuids: ['id'],
  tags: 'n.tags',
};

const visibleTo = (projectId: string | undefined) => (bind: Bind) => (projectId === undefined ? [] : [`(n."projectId" = ${bind(projectId)} OR n.shared OR n.external)`]);

/** A page of the networks that a project sees (undefined: all); undefined when the marker is none of them. */
export function listNetworkRows(store: Store, query: ListQuery<NetworkKey>, projectId: string | undefined): Promise<NetworkRow[] | undefined> {
  return listRows<NetworkRow, NetworkKey>(store, source, query, visibleTo(projectId));
}

/** A network that a project sees (undefined: any). */
export async function findNetwork(store: Store, id: string, projectId: string | undefined): Promise<NetworkRow | undefined> {
  return (await listNetworkRows(store, { filters: { id: [id] } }, projectId))?.[0];
}

/** One of the networks that a project owns under this name. */
export function findNetworkByName(tx: Transaction, key: { projectId: string; name: string }): Promise<Network | null> {
  return tx.network.findFirst({ where: key });
}

export function insertNetwork(tx: Transaction, row: Prisma.NetworkUncheckedCreateInput): Promise<Network> {
  return tx.network.create({ data: row });
}

/** Changes a network and counts up its revision; false when there is none. */
export async function updateNetworkRow(tx: Transaction, id: string, data: Prisma.NetworkUncheckedUpdateManyInput): Promise<boolean> {
  return (await tx.network.updateMany({ where: { id }, data: { ...data, revision: { increment: 1 }, updatedAt: new Date() } })).count > 0;
}

/** Deletes a network that has no ports, with its subnets; its ports' ids when it has some, and nothing is deleted. */
export async function deleteNetworkRow(tx: Transaction, id: string): Promise<string[]> {
  if (!isUuid(id)) return [];
  // Whoever is making a port on it has locked it: this waits, and then sees that port.
  await tx.$executeRaw`SELECT 1 FROM "Network" WHERE id = ${id}::uuid FOR UPDATE`;
  const ports = await tx.port.findMany({ where: { networkId: id }, select: { id: true }, orderBy: { id: 'asc' } });
  if (ports.length === 0) await tx.network.deleteMany({ where: { id } });
  return ports.map((port) => port.id);
}

/** Whether projects other than the owner have ports on a network. */
export async function isNetworkUsedByOthers(tx: Transaction, network: { id: string; projectId: string }): Promise<boolean> {
  return (await tx.port.count({ where: { networkId: network.id, projectId: { not: network.projectId } } })) > 0;
}

export type NetworkUsage = { network: number; subnet: number; port: number };

/** How much a project has made for itself; the ports that its boots made do not count. */
export async function networkUsageOf(db: Store['prisma'] | Transaction, projectId: string): Promise<NetworkUsage> {
  const [usage] = await db.$queryRaw<NetworkUsage[]>`
    SELECT (SELECT count(*)::int FROM "Network" WHERE "projectId" = ${projectId}) AS network,
      (SELECT count(*)::int FROM "Subnet" WHERE "projectId" = ${projectId}) AS subnet,
      (SELECT count(*)::int FROM "Port" WHERE "projectId" = ${projectId} AND NOT "ownedByInstance") AS port`;
  return usage ?? { network: 0, subnet: 0, port: 0 };
}

/** Makes transactions of one project that count what it has follow one another. */
export async function lockNetworkQuota(tx: Transaction, projectId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`network-quota:${projectId}`}, 0))`;
}
