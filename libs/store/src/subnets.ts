import type { Prisma, Subnet } from './generated/client.ts';
import { isUuid } from './instances.ts';
import { listRows, type Bind, type ListQuery, type ListSource } from './list-query.ts';
import type { Store, Transaction } from './open-store.ts';

/** A subnet with what its JSON columns hold. */
export type SubnetRow = Omit<Subnet, 'allocationPools' | 'hostRoutes'> & {
  allocationPools: { start: string; end: string }[];
  hostRoutes: { destination: string; nexthop: string }[];
};

const columns = {
  id: 's.id',
  networkId: 's."networkId"',
  name: 's.name',
  projectId: 's."projectId"',
  description: 's.description',
  ipVersion: 's."ipVersion"',
  cidr: 's.cidr',
  gatewayIp: `coalesce(s."gatewayIp", '')`,
  enableDhcp: 's."enableDhcp"',
  revision: 's.revision',
  shared: 'n.shared',
} as const;

export type SubnetKey = keyof typeof columns;

const source: ListSource<SubnetKey> = {
  select: `s.id, s."networkId", s.name, s."projectId", s.description, s."ipVersion", s.cidr, s."gatewayIp", s."enableDhcp", s."allocationPools",
    coalesce(s."dnsNameservers", '{}') AS "dnsNameservers", s."hostRoutes", coalesce(s.tags, '{}') AS tags, s.revision, s."createdAt", s."updatedAt"`,
  from: '"Subnet" s JOIN "Network" n ON n.id = s."networkId"',
  columns,
  uuids: ['id', 'networkId'],
  tags: 's.tags',
};

const visibleTo = (projectId: string | undefined) => (bind: Bind) => (projectId === undefined ? [] : [`(s."projectId" = ${bind(projectId)} OR n.shared)`]);

/** A page of the subnets that a project sees (undefined: all); undefined when the marker is none of them. */
export function listSubnetRows(store: Store, query: ListQuery<SubnetKey>, projectId: string | undefined): Promise<SubnetRow[] | undefined> {
  return listRows<SubnetRow, SubnetKey>(store, source, query, visibleTo(projectId));
}

/** A subnet that a project sees (undefined: any). */
export async function findSubnet(store: Store, id: string, projectId: string | undefined): Promise<SubnetRow | undefined> {
  return (await listSubnetRows(store, { filters: { id: [id] } }, projectId))?.[0];
}

/** The subnets of a network, oldest first. */
export async function subnetsOf(tx: Transaction, networkId: string): Promise<SubnetRow[]> {
  return (await tx.subnet.findMany({ where: { networkId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })) as unknown as SubnetRow[];
}

export function insertSubnet(tx: Transaction, row: Prisma.SubnetUncheckedCreateInput): Promise<Subnet> {
  return tx.subnet.create({ data: row });
}

/** Changes a subnet and counts up its revision; false when there is none. */
export async function updateSubnetRow(tx: Transaction, id: string, data: Prisma.SubnetUncheckedUpdateManyInput): Promise<boolean> {
  return (await tx.subnet.updateMany({ where: { id }, data: { ...data, revision: { increment: 1 }, updatedAt: new Date() } })).count > 0;
}

/** Deletes a subnet that no port has an address of; false, and nothing is deleted, when one has. */
export async function deleteSubnetRow(tx: Transaction, { id, networkId }: { id: string; networkId: string }): Promise<boolean> {
  if (!isUuid(id)) return true;
  // Whoever is giving an address of it has locked its network: this waits, and then sees that address.
  await tx.$executeRaw`SELECT 1 FROM "Network" WHERE id = ${networkId}::uuid FOR UPDATE`;
  if ((await tx.portAddress.count({ where: { subnetId: id } })) > 0) return false;
  await tx.subnet.deleteMany({ where: { id } });
  return true;
}

/** The port that has an address of a subnet. */
export async function findPortByAddress(tx: Transaction, key: { subnetId: string; address: string }): Promise<string | undefined> {
  return (await tx.portAddress.findFirst({ where: key, select: { portId: true } }))?.portId;
}
