import type { Schema } from '../../plugins/validation-check.ts';

// The types that Nova's schemas are made of (nova/api/validation/parameter_types.py); the order of the keywords decides which flaw is told.

/** An object with these properties and no others. */
export function object(properties: Record<string, Schema>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** A body with one key, which says what it is. */
export function wrapped(key: string, schema: Schema): Schema {
  return object({ [key]: schema }, [key]);
}

/** A query in which each key may come more than once. Other keys are dropped, from 2.75 on they are refused. */
export function query(version: number, properties: Record<string, Schema>): Schema {
  const lists = Object.fromEntries(Object.entries(properties).map(([key, items]) => [key, { type: 'array', items } satisfies Schema]));
  return { type: 'object', properties: lists, additionalProperties: version < 75 };
}

export const anything: Schema = {};
export const text: Schema = { type: 'string' };
export const none: Schema = { type: 'null' };
export const name: Schema = { type: 'string', minLength: 1, maxLength: 255, format: 'name' };
export const keypairName: Schema = { allOf: [name, { type: 'string', minLength: 1, maxLength: 255, format: 'keypairName' }] };
export const uuid: Schema = { type: 'string', format: 'uuid' };
export const hostName: Schema = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' };
export const ipAddress: Schema = { type: 'string', oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] };
export const diskConfig: Schema = { type: 'string', enum: ['AUTO', 'MANUAL'] };
export const tag: Schema = { type: 'string', minLength: 1, maxLength: 60, pattern: '^[^,/]*$' };
export const maxTags = 50;
export const positiveInteger: Schema = { type: ['integer', 'string'], pattern: '^[0-9]*$', minimum: 1, minLength: 1 };
export const nonNegativeInteger: Schema = { type: ['integer', 'string'], pattern: '^[0-9]*$', minimum: 0, minLength: 1 };
export const flavorRef: Schema = { type: ['string', 'integer'], minLength: 1 };
export const base64: Schema = { type: 'string', format: 'base64' };

const printable = '^[^\\p{C}\\p{Zl}\\p{Zp}]*$';
export const description = (maxLength: number): Schema => ({ type: ['string', 'null'], minLength: 0, maxLength, pattern: printable });

const metadataKey = '^[a-zA-Z0-9-_:. ]{1,255}$';
/** Named values, of these types. */
export const namedValues = (types: Schema['type']): Schema => ({ type: 'object', patternProperties: { [metadataKey]: { type: types, maxLength: 255 } }, additionalProperties: false });
export const metadata: Schema = namedValues('string');

const truths = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'];
const untruths = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'];
export const boolean: Schema = { type: ['boolean', 'string'], enum: [...truths, ...untruths] };

/** A boolean however it was written; undefined when it is none. */
export function toBoolean(value: unknown): boolean | undefined {
  const plain = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (['t', 'y'].includes(plain as string) || truths.includes(plain as boolean)) return true;
  return ['f', 'n'].includes(plain as string) || untruths.includes(plain as boolean) ? false : undefined;
}

export const paging = { limit: nonNegativeInteger, marker: text } satisfies Record<string, Schema>;
