import { InvalidArgumentError } from 'commander';

const units: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds in "90", "90s", "30m", "1h" or "2d", as the value of an option. */
export function parseDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+)([smhd]?)$/.exec(text) ?? [];
  const seconds = Number(number) * (units[unit] ?? NaN);
  if (!(seconds >= 1)) throw new InvalidArgumentError('It must be a time, such as 30m, 1h or 2d.');
  return seconds;
}
