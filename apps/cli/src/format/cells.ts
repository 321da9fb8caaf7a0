import type { Colors } from './column.ts';

const units = [['d', 86_400], ['h', 3_600], ['m', 60]] as const;

/** How long ago a time is, in its largest unit: 3d, 5h, 12m, 40s. */
export function age(time: string | null, now = Date.now()): string {
  if (time === null) return '';
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const unit = units.find(([, size]) => seconds >= size);
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}

/** 512 MB, 1.5 GB: of MB. */
export function memory(megabytes: number): string {
  return megabytes < 1024 ? `${megabytes} MB` : `${trim(megabytes / 1024)} GB`;
}

/** 900 B, 2.1 MB: of bytes. */
export function size(bytes: number | null): string {
  if (bytes === null) return '';
  const steps = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), steps.length - 1);
  return `${trim(bytes / 1000 ** step)} ${steps[step]}`;
}

/** A status in the colour of how good it is. */
export function status(word: string, colors: Colors): string {
  if (word === 'active' || word === 'up') return colors.green(word);
  if (word === 'error' || word === 'down') return colors.red(word);
  return word === 'shutoff' || word === 'paused' ? word : colors.yellow(word);
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(1)));
}
