import { badAttribute } from '@novadock/cloud';
import type { Reader } from './resource.ts';

// How the values of bodies are read: as generously as Neutron does (neutron_lib/api/converters and validators).

/** A text of at most so many characters; null counts as empty. */
export const text = (maxLength: number): Reader => (value, { name }) => {
  if (value === null) return '';
  if (typeof value !== 'string') throw badAttribute(name, `'${String(value)}' is not a valid string`);
  if ([...value].length > maxLength) throw badAttribute(name, `'${value}' exceeds maximum length of ${maxLength}`);
  return value;
};

export const boolean: Reader = (value, { name }) => {
  const known = toBoolean(value);
  if (known === undefined) throw badAttribute(name, `'${String(value)}' cannot be converted to boolean`);
  return known;
};

/** A boolean however it was written; undefined when it is none. */
export function toBoolean(value: unknown): boolean | undefined {
  const word = String(value).toLowerCase();
  if (['true', '1'].includes(word)) return true;
  return ['false', '0'].includes(word) ? false : undefined;
}

export const integer: Reader = (value, { name }) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (!Number.isInteger(number)) throw badAttribute(name, `'${String(value)}' is not an integer`);
  return number;
};

/** One of these values. */
export const oneOf = (reader: Reader, values: unknown[]): Reader => (value, context) => {
  const read = reader(value, context);
  if (!values.includes(read)) throw badAttribute(context.name, `'${String(value)}' is not in [${values.join(', ')}]`);
  return read;
};

/** A value that may be named and changes nothing, for it is the only one there is; any other is refused with the reason. */
export const only = (allowed: unknown[], why: string): Reader => (value, { name }) => {
  if (!allowed.some((one) => JSON.stringify(one) === JSON.stringify(value))) throw badAttribute(name, `'${JSON.stringify(value)}' is not supported: ${why}`);
  return undefined;
};

/** A list of which each item is read by `reader`; null counts as empty. */
export const list = (reader: Reader, maxLength: number): Reader => (value, context) => {
  if (value === null) return [];
  if (!Array.isArray(value)) throw badAttribute(context.name, `'${JSON.stringify(value)}' is not a list`);
  if (value.length > maxLength) throw badAttribute(context.name, `more than ${maxLength} entries`);
  return value.map((item) => reader(item, context));
};

/** An object of texts with these keys and no others; the result has them under the names given. */
export const record = (keys: Record<string, string>, required: string[]): Reader => (value, { name }) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badAttribute(name, `'${JSON.stringify(value)}' is not a dictionary`);
  const entries = Object.entries(value as Record<string, unknown>);
  const missing = required.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) throw badAttribute(name, `Required attribute '${missing}' not specified`);
  return Object.fromEntries(entries.map(([key, item]) => {
    const known = keys[key];
    if (known === undefined || typeof item !== 'string') throw badAttribute(name, `'${key}': ${JSON.stringify(item)} is not expected`);
    return [known, item];
  }));
};

/** A text, or null for nothing. */
export const nullable = (reader: Reader): Reader => (value, context) => (value === null ? null : reader(value, context));
