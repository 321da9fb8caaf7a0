import type { Port, Prisma } from './generated/client.ts';
import { isUuid } from './instances.ts';
import { listRows, type Bind, type ListQuery, type ListSource } from './list-query.ts';
import type { Store, Transaction } from './open-store.ts';
import type { PortAddressRow } from './port-addresses.ts';

/** A port with its addresses, and where its instance is: `hostName` from when it has a host, `active` while it runs there. */
export type PortRow = Port & { fixedIps: PortAddressRow[]; hostName: string | null; active: boolean };

const active = `coalesce(i."observedPower" IN ('running', 'paused'), false)`;

const columns = {
  id: 'p.id',
  networkId: 'p."networkId"',
  projectId: 'p."projectId"',
  name: 'p.name',
  description: 'p.description',
  macAddress: 'p."macAddress"',
  adminStateUp: 'p."adminStateUp"',
  deviceId: 'p."deviceId"',
  deviceOwner: 'p."deviceOwner"',
  revision: 'p.revision',
  hostName: `coalesce(h.name, '')`,
  status: `CASE WHEN ${active} THEN 'ACTIVE' ELSE 'DOWN' END`,
} as const;

export type PortKey = keyof typeof columns;

const source: ListSource<PortKey> = {
  select: `p.id, p."networkId", p."projectId", p.name, p.description, p."macAddress", p."adminStateUp", p."deviceId", p."deviceOwner", p."ownedByInstance", p.position,
    coalesce(p.tags, '{}') AS tags, p.revision, p."createdAt", p."updatedAt", h.name AS "hostName", ${active} AS active, coalesce((
      SELECT json_agg(json_build_object('subnetId', a."subnetId", 'address', a.address) ORDER BY s."ipVersion", s."createdAt", a."offset")
      FROM "PortAddress" a JOIN "Subnet" s ON s.id = a."subnetId" WHERE a."portId" = p.id), '[]') AS "fixedIps"`,
  from: `"Port" p
    LEFT JOIN "Instance" i ON i.id = CASE WHEN p."deviceId" ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p."deviceId"::uuid END AND i."deletedAt" IS NULL
    LEFT JOIN "Host" h ON h.id = i."hostId"`,
  columns,
  uuids: ['id', 'networkId'],
  tags: 'p.tags',
};

/** Ports that have one of these addresses, in one of these subnets, or addresses that contain one of these texts. */
export type AddressFilter = { addresses?: string[]; subnetIds?: string[]; substrings?: string[] };

export type PortQuery = ListQuery<PortKey> & { fixedIps?: AddressFilter };

/** A page of the ports that a project owns (undefined: of all); undefined when the marker is none of them. */
export function listPortRows(store: Store, query: PortQuery, projectId: string | undefined): Promise<PortRow[] | undefined> {
  return listRows<PortRow, PortKey>(store, source, query, (bind) => [
    ...(projectId === undefined ? [] : [`p."projectId" = ${bind(projectId)}`]),
    ...(query.fixedIps === undefined ? [] : [addressCondition(query.fixedIps, bind)]),
  ]);
}

function addressCondition({ addresses, subnetIds, substrings }: AddressFilter, bind: Bind): string {
  const where = ['a."portId" = p.id'];
  if (addresses !== undefined) where.push(`a.address = ANY(${bind(addresses)}::text[])`);
  if (subnetIds !== undefined) where.push(`a."subnetId" = ANY(${bind(subnetIds.filter(isUuid))}::uuid[])`);
  if (substrings !== undefined) where.push(`EXISTS (SELECT 1 FROM unnest(${bind(substrings)}::text[]) part WHERE strpos(a.address, part) > 0)`);
  return `EXISTS (SELECT 1 FROM "PortAddress" a WHERE ${where.join(' AND ')})`;
}

/** A port that a project owns (undefined: any). */
export async function findPort(store: Store, id: string, projectId: string | undefined): Promise<PortRow | undefined> {
  return (await listPortRows(store, { filters: { id: [id] } }, projectId))?.[0];
}

/** Changes a port and counts up its revision; throws a unique violation when its new MAC address is taken on its network. */
export async function updatePortRow(tx: Transaction, id: string, data: Prisma.PortUncheckedUpdateManyInput): Promise<void> {
  await tx.port.updateMany({ where: { id }, data: { ...data, revision: { increment: 1 }, updatedAt: new Date() } });
}

/** The port that has a MAC address on a network. */
export async function findPortByMac(tx: Transaction, key: { networkId: string; macAddress: string }): Promise<string | undefined> {
  return (await tx.port.findFirst({ where: key, select: { id: true } }))?.id;
}

/** Takes addresses from a port. */
export async function deleteAddresses(tx: Transaction, portId: string, addresses: string[]): Promise<void> {
  await tx.portAddress.deleteMany({ where: { portId, address: { in: addresses } } });
}

/** Deletes a port that no instance has; false, and nothing is deleted, when one has it or it is gone. */
export async function deletePortRow(store: Store, id: string): Promise<boolean> {
  return (await store.prisma.port.deleteMany({ where: { id, deviceId: '' } })).count > 0;
}
