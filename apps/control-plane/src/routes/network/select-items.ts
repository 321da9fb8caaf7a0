import { pickFields, type RawQuery } from './read-query.ts';
import type { Body } from './resource.ts';

/** Those of a few items that a query asks for: filtered by their attributes, with the fields that it names. */
export function selectItems(items: Body[], query: RawQuery): Body[] {
  const wanted = Object.entries(query).filter(([name]) => name !== 'fields');
  const found = items.filter((item) => wanted.every(([name, values]) => !Object.hasOwn(item, name) || [values].flat().includes(String(item[name]))));
  return found.map((item) => pickFields(query, item));
}
