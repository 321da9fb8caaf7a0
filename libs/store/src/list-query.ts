import { isUuid } from './instances.ts';
import type { Store } from './open-store.ts';

/**
 * Which rows of a list to give. Each filter takes rows whose key has one of its values, as text. Sorted by `sort`, then by
 * id; `marker` is the id of the row next to the page: the one before it, with `reverse` the one after it.
 */
export type ListQuery<Key extends string> = {
  filters?: Partial<Record<Key, string[]>>;
  tags?: TagFilter;
  sort?: { key: Key; direction: 'asc' | 'desc' }[];
  limit?: number;
  marker?: string;
  reverse?: boolean;
};

/** Rows with all of these tags, any of them, not all, not any. */
export type TagFilter = { all?: string[]; any?: string[]; notAll?: string[]; notAny?: string[] };

/** What a list is made of: what to read of which tables, and an SQL expression for each key; `uuids` are the keys of that type. */
export type ListSource<Key extends string> = { select: string; from: string; columns: Record<Key | 'id', string>; uuids: readonly string[]; tags: string };

export type Bind = (value: unknown) => string;

/** A page of a list; `conditions` are further ones. Undefined when the marker is no row that they let through. */
export async function listRows<Row, Key extends string>(store: Store, source: ListSource<Key>, query: ListQuery<Key>, conditions: (bind: Bind) => string[]): Promise<Row[] | undefined> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const order = orderOf(source, query);
  const where = ['true', ...conditions(bind), ...filterConditions(source, query, bind)];
  if (query.marker !== undefined) {
    const marker = await findMarker(store, source, order, query.marker, conditions);
    if (marker === undefined) return undefined;
    where.push(beyond(order, marker, bind));
  }
  const text = `SELECT ${source.select} FROM ${source.from} WHERE ${where.join(' AND ')}
    ORDER BY ${order.map(({ column, direction }) => `${column} ${direction}`).join(', ')} ${query.limit === undefined ? '' : `LIMIT ${bind(query.limit)}`}`;
  const { rows } = await store.pool.query(text, values);
  return (query.reverse === true ? rows.reverse() : rows) as Row[];
}

type Order = { column: string; direction: 'asc' | 'desc' }[];

function orderOf<Key extends string>({ columns }: ListSource<Key>, { sort = [], reverse = false }: ListQuery<Key>): Order {
  const keys: { key: Key | 'id'; direction: 'asc' | 'desc' }[] = [...sort, { key: 'id', direction: 'asc' }];
  return keys.map(({ key, direction }) => ({ column: columns[key], direction: (direction === 'asc') === reverse ? 'desc' : 'asc' }));
}

function filterConditions<Key extends string>({ columns, uuids, tags }: ListSource<Key>, query: ListQuery<Key>, bind: Bind): string[] {
  const filters = Object.entries<string[] | undefined>(query.filters ?? {}).map(([key, wanted = []]) => {
    const column = columns[key as Key];
    // UUIDs keep their type, for the sake of their index.
    return uuids.includes(key) ? `${column} = ANY(${bind(wanted.filter(isUuid))}::uuid[])` : `${column}::text = ANY(${bind(wanted)}::text[])`;
  });
  const { all, any, notAll, notAny } = query.tags ?? {};
  const has = `coalesce(${tags}, '{}')`;
  if (all !== undefined) filters.push(`${has} @> ${bind(all)}::text[]`);
  if (any !== undefined) filters.push(`${has} && ${bind(any)}::text[]`);
  if (notAll !== undefined) filters.push(`NOT ${has} @> ${bind(notAll)}::text[]`);
  if (notAny !== undefined) filters.push(`NOT ${has} && ${bind(notAny)}::text[]`);
  return filters;
}

async function findMarker<Key extends string>(store: Store, source: ListSource<Key>, order: Order, marker: string, conditions: (bind: Bind) => string[]): Promise<unknown[] | undefined> {
  if (!isUuid(marker)) return undefined;
  const values: unknown[] = [marker];
  const where = [`${source.columns.id} = $1`, ...conditions((value) => `$${values.push(value)}`)];
  const text = `SELECT ${order.map(({ column }, index) => `${column} AS k${index}`).join(', ')} FROM ${source.from} WHERE ${where.join(' AND ')}`;
  return (await store.pool.query<unknown[]>({ text, values, rowMode: 'array' })).rows[0];
}

/** Rows after the marker: they differ from it first in some column of the order, and there in the order's direction. */
function beyond(order: Order, marker: unknown[], bind: Bind): string {
  const keys = order.map(({ column, direction }, index) => ({ column, value: bind(marker[index]), sign: direction === 'asc' ? '>' : '<' }));
  const alternatives = keys.map((key, index) => [...keys.slice(0, index).map(({ column, value }) => `${column} = ${value}`), `${key.column} ${key.sign} ${key.value}`].join(' AND '));
  return `(${alternatives.join(' OR ')})`;
}
