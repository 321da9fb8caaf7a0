import { canonicalJson } from './canonical-json.ts';

/** A value in a profile that is another one now; undefined: it is not there. */
export type ProfileChange = { field: string; before: unknown; after: unknown };

/** What differs between two profiles, field by field, in the order of their names. */
export function profileChanges(before: unknown, after: unknown): ProfileChange[] {
  const [old, now] = [flatten(before), flatten(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return fields.filter((field) => canonicalJson(old.get(field)) !== canonicalJson(now.get(field))).map((field) => ({ field, before: old.get(field), after: now.get(field) }));
}

/** Each value that is no object, by its path; lists are whole. */
function flatten(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map(value === undefined ? [] : [[path, value]]);
  const entries = Object.entries(value);
  if (entries.length === 0 && path !== '') return new Map([[path, value]]);
  return new Map(entries.flatMap(([key, item]) => [...flatten(item, path === '' ? key : `${path}.${key}`)]));
}
