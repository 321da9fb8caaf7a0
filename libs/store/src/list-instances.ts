import { CloudError } from '@novadock/model';
import { isUuid, type InstanceRow } from './instances.ts';
import type { Store } from './open-store.ts';

/** `name` and `ip` are regular expressions (POSIX), as in Nova. Newest first unless `sort` says else. */
export type InstanceFilter = {
  projectId?: string;
  deleted?: boolean;
  name?: string;
  hostName?: string;
  imageId?: string;
  flavorId?: string;
  keyName?: string;
  userId?: string;
  reservationId?: string;
  availabilityZone?: string;
  ids?: string[];
  ip?: string;
  changesSince?: Date;
  changesBefore?: Date;
  tagsAll?: string[];
  tagsAny?: string[];
  notTagsAll?: string[];
  notTagsAny?: string[];
  sort?: { key: InstanceSortKey; direction: 'asc' | 'desc' }[];
  /** At most this many. */
  limit: number;
  /** The last instance of the page before. */
  marker?: string;
};

export type InstanceSortKey = keyof typeof sortColumns;

/** Nullable columns get a value, so that a page can begin after any row. */
const sortColumns = {
  createdAt: 'i."createdAt"',
  updatedAt: 'i."updatedAt"',
  name: 'i.name',
  id: 'i.id',
  hostname: 'i.hostname',
  launchedAt: `coalesce(i."launchedAt", 'epoch')`,
  keyName: `coalesce(i."keyName", '')`,
  projectId: 'i."projectId"',
  userId: 'i."userId"',
  imageId: 'i."imageId"',
  launchIndex: 'i."launchIndex"',
  availabilityZone: `coalesce(i."availabilityZone", '')`,
  power: `coalesce(i."observedPower", '')`,
} as const;

/** A page of instances. Throws `invalid` when the marker is no instance or a regular expression is none. */
export async function listInstanceRows(store: Store, filter: InstanceFilter): Promise<InstanceRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const order = orderOf(filter);
  const where = [...conditions(filter, bind), ...(await afterMarker(store, filter, order, bind))];
  const sql = `SELECT i.*, h.name AS "hostName", h."availabilityZone" AS "hostZone" FROM "Instance" i LEFT JOIN "Host" h ON h.id = i."hostId"
    ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
    ORDER BY ${order.map(({ column, direction }) => `${column} ${direction}`).join(', ')} LIMIT ${bind(filter.limit)}`;
  try {
    return (await store.pool.query<InstanceRow>(sql, values)).rows;
  } catch (error) {
    if ((error as { code?: string }).code === '2201B') throw new CloudError('invalid', `The filter is not a regular expression: ${(error as Error).message}`, { cause: error });
    throw error;
  }
}

type Bind = (value: unknown) => string;
type Order = { column: string; direction: 'asc' | 'desc' }[];

function orderOf(filter: InstanceFilter): Order {
  const order: Order = (filter.sort ?? []).map(({ key, direction }) => ({ column: sortColumns[key], direction }));
  for (const column of [sortColumns.createdAt, sortColumns.id]) {
    if (!order.some((by) => by.column === column)) order.push({ column, direction: 'desc' });
  }
  return order;
}

function conditions(filter: InstanceFilter, bind: Bind): string[] {
  const equal: [string, unknown][] = [
    ['i."projectId"', filter.projectId], ['h.name', filter.hostName], [`i.flavor->>'id'`, filter.flavorId], ['i."keyName"', filter.keyName],
    ['i."userId"', filter.userId], ['i."reservationId"', filter.reservationId], ['coalesce(h."availabilityZone", i."availabilityZone")', filter.availabilityZone], ['i."imageId"::text', filter.imageId],
  ];
  const where = equal.filter(([, value]) => value !== undefined).map(([column, value]) => `${column} = ${bind(value)}`);
  where.push(filter.deleted === true ? 'i."deletedAt" IS NOT NULL' : filter.changesSince === undefined ? 'i."deletedAt" IS NULL' : 'true');
  const add = (value: unknown, condition: (parameter: string) => string) => value !== undefined && where.push(condition(bind(value)));
  add(filter.name, (name) => `i.name ~ ${name}`);
  add(filter.ids, (ids) => `i.id::text = ANY(${ids}::text[])`);
  add(filter.ip, (ip) => `EXISTS (SELECT 1 FROM "Port" p JOIN "PortAddress" a ON a."portId" = p.id WHERE p."deviceId" = i.id::text AND a.address ~ ${ip})`);
  add(filter.changesSince, (since) => `i."updatedAt" >= ${since}`);
  add(filter.changesBefore, (before) => `i."updatedAt" <= ${before}`);
  add(filter.tagsAll, (tags) => `i.tags @> ${tags}::text[]`);
  add(filter.tagsAny, (tags) => `i.tags && ${tags}::text[]`);
  add(filter.notTagsAll, (tags) => `NOT i.tags @> ${tags}::text[]`);
  add(filter.notTagsAny, (tags) => `NOT i.tags && ${tags}::text[]`);
  return where;
}

/** Rows after the marker: those that differ from it first in some column of the order, and there in the order's direction. */
async function afterMarker(store: Store, filter: InstanceFilter, order: Order, bind: Bind): Promise<string[]> {
  if (filter.marker === undefined) return [];
  const columns = order.map(({ column }, index) => `${column} AS k${index}`).join(', ');
  const marker = isUuid(filter.marker) ? (await store.pool.query<Record<string, unknown>>(`SELECT ${columns} FROM "Instance" i WHERE i.id = $1`, [filter.marker])).rows[0] : undefined;
  if (marker === undefined) throw new CloudError('invalid', `marker [${filter.marker}] not found`, { reason: 'markerNotFound' });
  const keys = order.map(({ column, direction }, index) => ({ column, beyond: direction === 'asc' ? '>' : '<', value: bind(marker[`k${index}`]) }));
  const alternatives = keys.map((key, index) => [...keys.slice(0, index).map(({ column, value }) => `${column} = ${value}`), `${key.column} ${key.beyond} ${key.value}`].join(' AND '));
  return [`(${alternatives.join(' OR ')})`];
}
