import { CloudError } from '@novadock/model';
import type { ListQuery, TagFilter } from '@novadock/store';
import { toBoolean } from './readers.ts';
import type { Attribute, Attributes, Body } from './resource.ts';

/** A query as it comes: a key may be there more than once. */
export type RawQuery = Record<string, string | string[]>;

/** How long a page is and where it begins. */
export type Page = { limit: number | undefined; marker: string | undefined; reverse: boolean };

const tagKeys: Record<string, keyof TagFilter> = { tags: 'all', 'tags-any': 'any', 'not-tags': 'notAll', 'not-tags-any': 'notAny' };
const pageKeys = ['fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir'];

/** What a list is asked for; what the attributes do not explain is left to `other`, and refused when that does not either. */
export function readQuery<Key extends string>(attributes: Attributes<Key>, raw: RawQuery, other: (name: string, values: string[]) => object | undefined): ListQuery<Key> {
  const filters: Partial<Record<Key, string[]>> = {};
  const tags: TagFilter = {};
  const more: object[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const values = [value].flat();
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const tagKey = tagKeys[name];
    const extra = other(name, values);
    if (pageKeys.includes(name)) continue;
    if (tagKey !== undefined) tags[tagKey] = values.flatMap((list) => list.split(','));
    else if (extra !== undefined) more.push(extra);
    else if (attribute?.listed === undefined) throw bad(`['${name}'] is invalid attribute for filtering`);
    else addFilter(filters, attribute, values);
  }
  const { limit, marker, reverse } = readPage(raw);
  return { filters, limit, marker, reverse, sort: readSort(attributes, raw), ...(Object.keys(tags).length > 0 ? { tags } : {}), ...Object.assign({}, ...more) as object };
}

/** Two names of one thing (tenant_id and project_id) both have to fit. */
function addFilter<Key extends string>(filters: Partial<Record<Key, string[]>>, { key, listed }: Attribute<Key>, values: string[]): void {
  const wanted = listed === 'boolean' ? values.map((value) => String(toBoolean(value) ?? value)) : values;
  const before = filters[key as Key];
  filters[key as Key] = before === undefined ? wanted : wanted.filter((value) => before.includes(value));
}

/** The page asked for; a limit of 0 is none. Throws `invalid` for a limit that is no number. */
export function readPage(raw: RawQuery): Page {
  const [limit, marker, reverse] = ['limit', 'marker', 'page_reverse'].map((name) => [raw[name] ?? []].flat().at(-1));
  if (limit !== undefined && !/^\d+$/.test(limit)) throw new CloudError('invalid', `Bad limit request: Limit must be an integer 0 or greater and not '${limit}'.`, { reason: 'BadRequest' });
  return { limit: Number(limit ?? 0) || undefined, marker, reverse: toBoolean(reverse) ?? false };
}

function readSort<Key extends string>(attributes: Attributes<Key>, raw: RawQuery): { key: Key; direction: 'asc' | 'desc' }[] {
  const keys = [raw.sort_key ?? []].flat();
  const directions = [raw.sort_dir ?? []].flat();
  if (directions.length > 0 && directions.length !== keys.length) throw bad('The number of sort_keys and sort_dirs must be same');
  return keys.map((name, index) => {
    const { key, listed } = (Object.hasOwn(attributes, name) ? attributes[name] : undefined) ?? {};
    const direction = directions[index] ?? 'asc';
    if (listed === undefined) throw bad(`${name} is invalid attribute for sort_key`);
    if (direction !== 'asc' && direction !== 'desc') throw bad(`${direction} is invalid value for sort_dirs, valid value is 'asc' and 'desc'`);
    return { key: key as Key, direction };
  });
}

/**
 * The parts of a body that `fields` names, all when it names none. An old client sends one value that is a Python tuple, as in
 * `fields=('id', 'name')`.
 */
export function pickFields(raw: RawQuery, body: Body): Body {
  const names = [raw.fields ?? []].flat().flatMap((value) => value.replace(/[()'"\s]/g, '').split(',')).filter((name) => name !== '');
  return names.length === 0 ? body : Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}

function bad(message: string): CloudError {
  return new CloudError('invalid', message, { reason: 'HTTPBadRequest' });
}
