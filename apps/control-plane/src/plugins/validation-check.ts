import { formats } from './validation-formats.ts';
import { toRepr } from './validation-repr.ts';

/** The part of JSON Schema (draft 4) that Nova's schemas use. */
export type Schema = {
  type?: JsonType | readonly JsonType[];
  enum?: readonly unknown[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: boolean;
  maximum?: number;
  format?: string;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean;
  minProperties?: number;
  maxProperties?: number;
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
};

type JsonType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** What is wrong with a value: which part of it, and why. `whole`: `message` is all there is to say. */
export type Flaw = { path: (string | number)[]; value: unknown; message: string; whole?: true };

/**
 * The first thing that is wrong with a value, or undefined. Nova's users read the words of Python's jsonschema, of the first
 * flaw in the order of the schema's keywords: no validator at hand has them, and this is shorter than a translation.
 */
export function findFlaw(schema: Schema, value: unknown): Flaw | undefined {
  for (const [keyword, rule] of Object.entries(schema)) {
    const flaw = checks[keyword]?.(rule as never, value, schema);
    if (typeof flaw === 'string') return { path: [], value, message: flaw };
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

type Check = (rule: never, value: unknown, schema: Schema) => string | Flaw | undefined;

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const lengthOf = (text: string) => [...text].length;

const types: Record<JsonType, (value: unknown) => boolean> = {
  object: isObject,
  array: Array.isArray,
  string: isText,
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

const checks: Record<string, Check> = {
  type(rule: JsonType | readonly JsonType[], value) {
    const allowed = [rule].flat() as JsonType[];
    return fail(!allowed.some((type) => types[type](value)), () => `${toRepr(value)} is not of type ${allowed.map(toRepr).join(', ')}`);
  },
  enum: (rule: readonly unknown[], value) => fail(!rule.includes(value), () => `${toRepr(value)} is not one of ${toRepr(rule)}`),
  minLength: (rule: number, value) => fail(isText(value) && lengthOf(value) < rule, () => `${toRepr(value)} is too short`),
  maxLength: (rule: number, value) => fail(isText(value) && lengthOf(value) > rule, () => `${toRepr(value)} is too long`),
  pattern: (rule: string, value) => fail(isText(value) && !new RegExp(rule, 'u').test(value), () => `${toRepr(value)} does not match ${toRepr(rule)}`),
  minimum(rule: number, value, { exclusiveMinimum }) {
    const number = toNumber(value);
    return fail(exclusiveMinimum === true ? number <= rule : number < rule, () => `${number} is less than ${exclusiveMinimum === true ? 'or equal to ' : ''}the minimum of ${rule}`);
  },
  maximum(rule: number, value) {
    const number = toNumber(value);
    return fail(number > rule, () => `${number} is greater than the maximum of ${rule}`);
  },
  format(rule: string, value) {
    const verdict = isText(value) ? (formats[rule]?.(value) ?? true) : true;
    if (typeof verdict === 'object') return { path: [], value, message: verdict.refusal, whole: true };
    return fail(!verdict, () => `${toRepr(value)} is not a ${toRepr(rule)}`);
  },
  items: (rule: Schema, value) => (Array.isArray(value) ? firstOf(value.entries(), ([index, item]) => within(index, rule, item)) : undefined),
  minItems: (rule: number, value) => fail(Array.isArray(value) && value.length < rule, () => `${toRepr(value)} is too short`),
  maxItems: (rule: number, value) => fail(Array.isArray(value) && value.length > rule, () => `${toRepr(value)} is too long`),
  uniqueItems: (rule: boolean, value) => fail(rule && Array.isArray(value) && new Set(value.map(toRepr)).size < value.length, () => `${toRepr(value)} has non-unique elements`),
  properties: (rule: Record<string, Schema>, value) =>
    isObject(value) ? firstOf(Object.entries(rule), ([key, schema]) => (Object.hasOwn(value, key) ? within(key, schema, value[key]) : undefined)) : undefined,
  patternProperties: (rule: Record<string, Schema>, value) =>
    isObject(value) ? firstOf(Object.entries(rule), ([pattern, schema]) => firstOf(Object.entries(value), ([key, item]) => (new RegExp(pattern, 'u').test(key) ? within(key, schema, item) : undefined))) : undefined,
  required(rule: readonly string[], value) {
    const missing = isObject(value) ? rule.find((key) => !Object.hasOwn(value, key)) : undefined;
    return fail(missing !== undefined, () => `${toRepr(missing)} is a required property`);
  },
  additionalProperties(rule: boolean, value, schema) {
    const extra = rule || !isObject(value) ? [] : Object.keys(value).filter((key) => !isForeseen(key, schema)).sort();
    return fail(extra.length > 0, () => unexpected(extra, Object.keys(schema.patternProperties ?? {})));
  },
  minProperties: (rule: number, value) => fail(isObject(value) && Object.keys(value).length < rule, () => `${toRepr(value)} does not have enough properties`),
  maxProperties: (rule: number, value) => fail(isObject(value) && Object.keys(value).length > rule, () => `${toRepr(value)} has too many properties`),
  oneOf(rule: readonly Schema[], value) {
    const fitting = rule.filter((schema) => findFlaw(schema, value) === undefined);
    return fail(fitting.length !== 1, () => (fitting.length === 0 ? `${toRepr(value)} is not valid under any of the given schemas` : `${toRepr(value)} is valid under each of ${fitting.map(toRepr).join(', ')}`));
  },
  allOf: (rule: readonly Schema[], value) => firstOf(rule, (schema) => findFlaw(schema, value)),
};

function fail(failed: boolean, message: () => string): string | undefined {
  return failed ? message() : undefined;
}

function within(key: string | number, schema: Schema, value: unknown): Flaw | undefined {
  const flaw = findFlaw(schema, value);
  return flaw === undefined ? undefined : { ...flaw, path: [key, ...flaw.path] };
}

function firstOf<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Nova lets numbers come as text and bounds them all the same; what is no number passes. */
function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : isText(value) && value.trim() !== '' ? Number(value) : NaN;
}

function isForeseen(key: string, { properties = {}, patternProperties = {} }: Schema): boolean {
  return Object.hasOwn(properties, key) || Object.keys(patternProperties).some((pattern) => new RegExp(pattern, 'u').test(key));
}

function unexpected(extra: string[], patterns: string[]): string {
  const keys = extra.map(toRepr).join(', ');
  if (patterns.length > 0) return `${keys} ${extra.length === 1 ? 'does' : 'do'} not match any of the regexes: ${patterns.map(toRepr).join(', ')}`;
  return `Additional properties are not allowed (${keys} ${extra.length === 1 ? 'was' : 'were'} unexpected)`;
}
