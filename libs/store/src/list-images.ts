import type { Image } from './generated/client.ts';
import type { Store } from './open-store.ts';

export type ImageColumn = keyof typeof columns;
export type ImageSortKey = keyof typeof sortColumns;
export type ImageOperator = keyof typeof operators;

/** A comparison of a column. Columns are compared in their own type; `in` takes a list. */
export type ImageCondition = { column: ImageColumn; operator: ImageOperator; value: string | number | boolean | Date | string[] };

export type ImageFilter = {
  /** Only what this project sees: its own, public and community ones. Absent: all. */
  visibleTo?: { projectId: string | undefined };
  /** Community images of others are listed only when asked for: these are whose to list unasked. */
  communityOf?: { projectId: string | undefined };
  conditions: ImageCondition[];
  /** With all of these. */
  tags: string[];
  properties: Record<string, string>;
  /** `createdAt` and `id`, falling, are added where they are missing. */
  sort: { key: ImageSortKey; direction: 'asc' | 'desc' }[];
  limit: number;
  /** The last image of the page before. */
  marker?: Image;
};

const columns = {
  id: '"id"::text', name: '"name"', status: '"status"', visibility: '"visibility"', projectId: '"projectId"', containerFormat: '"containerFormat"', diskFormat: '"diskFormat"',
  md5: '"md5"', sha512: '"sha512"', sizeBytes: '"sizeBytes"', minDiskGb: '"minDiskGb"', minMemoryMb: '"minMemoryMb"', protected: '"protected"', hidden: '"hidden"',
  createdAt: '"createdAt"', updatedAt: '"updatedAt"',
} as const;

/** Nullable columns get a value, so that a page can begin after any row. */
const sortColumns = {
  createdAt: '"createdAt"', updatedAt: '"updatedAt"', id: '"id"', status: '"status"', name: `coalesce("name", '')`,
  containerFormat: `coalesce("containerFormat", '')`, diskFormat: `coalesce("diskFormat", '')`, sizeBytes: 'coalesce("sizeBytes", 0)',
} as const;

const operators = { in: '= ANY', eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

type Bind = (value: unknown) => string;

/** A page of images that are not deleted. */
export async function listImageRows(store: Store, filter: ImageFilter): Promise<Image[]> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const order = [...filter.sort];
  for (const key of ['createdAt', 'id'] as const) if (!order.some((by) => by.key === key)) order.push({ key, direction: order[0]?.direction ?? 'desc' });
  const where = [...conditions(filter, bind), ...afterMarker(filter, order, bind)];
  const sql = `SELECT * FROM "Image" WHERE ${where.join(' AND ')}
    ORDER BY ${order.map(({ key, direction }) => `${sortColumns[key]} ${direction}`).join(', ')} LIMIT ${bind(filter.limit)}`;
  return (await store.pool.query<Image>(sql, values)).rows.map(toImage);
}

function conditions({ visibleTo, communityOf, ...filter }: ImageFilter, bind: Bind): string[] {
  const where = ['"deletedAt" IS NULL'];
  if (visibleTo !== undefined) where.push(`("visibility" IN ('public', 'community') OR "projectId" = ${bind(visibleTo.projectId ?? '')})`);
  if (communityOf !== undefined) where.push(`("visibility" <> 'community' OR "projectId" = ${bind(communityOf.projectId ?? '')})`);
  for (const { column, operator, value } of filter.conditions) where.push(`${columns[column]} ${operators[operator]} (${bind(value)})`);
  if (filter.tags.length > 0) where.push(`"tags" @> ${bind(filter.tags)}::text[]`);
  for (const [key, value] of Object.entries(filter.properties)) where.push(`"properties" ->> ${bind(key)} = ${bind(value)}`);
  return where;
}

/** Rows after the marker: those that differ from it first in some column of the order, and there in the order's direction. */
function afterMarker({ marker }: ImageFilter, order: ImageFilter['sort'], bind: Bind): string[] {
  if (marker === undefined) return [];
  const id = `${bind(marker.id)}::uuid`;
  const keys = order.map(({ key, direction }) => ({ column: sortColumns[key], beyond: direction === 'asc' ? '>' : '<', value: `(SELECT ${sortColumns[key]} FROM "Image" WHERE "id" = ${id})` }));
  const alternatives = keys.map((key, index) => [...keys.slice(0, index).map(({ column, value }) => `${column} = ${value}`), `${key.column} ${key.beyond} ${key.value}`].join(' AND '));
  return [`(${alternatives.join(' OR ')})`];
}

/** The driver leaves 64-bit integers as text. */
function toImage(row: Image): Image {
  return { ...row, sizeBytes: row.sizeBytes === null ? null : BigInt(row.sizeBytes), contentBytes: row.contentBytes === null ? null : BigInt(row.contentBytes) };
}
