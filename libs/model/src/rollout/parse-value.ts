import { CloudError } from '../errors.ts';
import type { Share } from './strategy.ts';

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Readers of a strategy's values. Each throws `invalid` with the field's name and what it may be. */
export const parseValue = { fields, duration, share, count, number, choice, names };

/** An object's fields, none of which may be unknown; what is absent counts as an empty object. */
function fields<Name extends string>(at: string, value: unknown, known: readonly Name[]): Partial<Record<Name, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return refuse(at, value, `an object with ${known.join(', ')}`);
  const unknown = Object.keys(value).find((key) => !known.includes(key as Name));
  if (unknown !== undefined) throw new CloudError('invalid', `${at}.${unknown} is not a setting. There are: ${known.join(', ')}.`, { reason: 'InvalidStrategy' });
  return value as Partial<Record<Name, unknown>>;
}

function duration(at: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  const found = typeof value === 'string' ? /^(\d+)(ms|s|m|h|d)$/.exec(value) : null;
  if (found === null) return refuse(at, value, 'a duration such as "30s", "5m" or "2h"');
  return Number(found[1]) * (unitMs[found[2] ?? ''] ?? 0);
}

/** "2%", with two decimals at most, or a number of hosts. */
function share(at: string, value: unknown, otherwise: Share): Share {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return { count: value };
  const found = typeof value === 'string' ? /^(\d{1,3})(?:\.(\d{1,2}))?%$/.exec(value) : null;
  const basisPoints = found === null ? -1 : Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
  if (basisPoints < 0 || basisPoints > 10_000) return refuse(at, value, 'a percentage such as "2%", or a number of hosts');
  return { basisPoints };
}

function count(at: string, value: unknown, otherwise: number, least = 0): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
  return refuse(at, value, `a whole number, ${least} or more`);
}

function number(at: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  return refuse(at, value, `a number, ${least} or more`);
}

function choice<Choice extends string | boolean>(at: string, value: unknown, otherwise: Choice, choices: readonly Choice[]): Choice {
  if (value === undefined) return otherwise;
  return choices.find((one) => one === value) ?? refuse(at, value, `one of ${choices.join(', ')}`);
}

function names(at: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '')) return value as string[];
  return refuse(at, value, 'a list of names');
}

function refuse(at: string, value: unknown, wanted: string): never {
  throw new CloudError('invalid', `${at} is ${JSON.stringify(value) ?? 'nothing'}, but must be ${wanted}.`, { reason: 'InvalidStrategy' });
}
