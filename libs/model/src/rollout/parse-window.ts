import { CloudError } from '../errors.ts';
import { parseValue } from './parse-value.ts';
import type { MaintenanceWindow } from './strategy.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const dayMs = 86_400_000;

/** Reads a maintenance window: {days: [Mon-Thu], start: "02:00", tz: UTC, length: 3h}. Throws `invalid` with the field's name. */
export function parseWindow(at: string, value: unknown): MaintenanceWindow | undefined {
  if (value === undefined || value === null) return undefined;
  const window = parseValue.fields(at, value, ['days', 'start', 'tz', 'length', 'onClose']);
  const lengthMs = parseValue.duration(`${at}.length`, window.length, 0);
  if (lengthMs === 0 || lengthMs > dayMs) refuse(`${at}.length is needed: more than nothing, 24h at most.`);
  return {
    days: parseDays(`${at}.days`, window.days),
    startMinutes: parseStart(`${at}.start`, window.start),
    tz: parseZone(`${at}.tz`, window.tz),
    lengthMs,
    onClose: parseValue.choice(`${at}.onClose`, window.onClose, 'finish-host', ['finish-host']),
  };
}

function parseDays(at: string, value: unknown): number[] {
  if (value === undefined) return [0, 1, 2, 3, 4, 5, 6];
  const days = new Set(parseValue.names(at, value).flatMap((one) => daysOf(at, one)));
  if (days.size === 0) refuse(`${at} must name a day at least, such as "Mon" or "Mon-Thu".`);
  return [...days].sort((a, b) => a - b);
}

/** "Fri-Mon" goes over the week's end. */
function daysOf(at: string, range: string): number[] {
  const [first = -1, last = first, ...more] = range.split('-').map((name) => weekdays.indexOf(name));
  if (first < 0 || last < 0 || more.length > 0) refuse(`${at} has ${JSON.stringify(range)}, but must name days by ${weekdays.join(', ')}, or a range such as "Mon-Thu".`);
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
}

function parseStart(at: string, value: unknown): number {
  const found = typeof value === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value) : null;
  if (found === null) return refuse(`${at} is ${JSON.stringify(value) ?? 'nothing'}, but must be a time of day such as "02:00".`);
  return Number(found[1]) * 60 + Number(found[2]);
}

function parseZone(at: string, value: unknown): string {
  if (value === undefined) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: String(value) }).resolvedOptions().timeZone;
  } catch {
    return refuse(`${at} is ${JSON.stringify(value)}, but must be a time zone such as "UTC" or "Europe/Berlin".`);
  }
}

function refuse(message: string): never {
  throw new CloudError('invalid', message, { reason: 'InvalidStrategy' });
}
