import type { MaintenanceWindow } from './strategy.ts';

const secondMs = 1000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Whether the window is open at `now`. It opens once on each of its days, when the clock of its time zone shows its start for the first time; where the clock leaps
 * over the start, right after the leap. It stays open for its length of elapsed time, whatever the clock does meanwhile.
 */
export function windowOpen(window: MaintenanceWindow, now: number): boolean {
  const zone = new Intl.DateTimeFormat('en-GB', { timeZone: window.tz, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' });
  const today = Math.floor(wallMs(zone, now) / dayMs) * dayMs;
  // A window of up to 24 hours that is open now began today, or yesterday, or late on the day before where yesterday was short.
  return [today, today - dayMs, today - 2 * dayMs].some((day) => {
    if (!window.days.includes(new Date(day).getUTCDay())) return false;
    const opens = firstMoment(zone, day + window.startMinutes * minuteMs);
    return now >= opens && now < opens + window.lengthMs;
  });
}

/** What the clock of the zone shows, as if it were UTC. */
function wallMs(zone: Intl.DateTimeFormat, at: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of zone.formatToParts(at)) part[type] = Number(value);
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
}

/** When the clock of the zone shows `wall`, or more, for the first time. */
function firstMoment(zone: Intl.DateTimeFormat, wall: number): number {
  // How far the clock is ahead of UTC before a change of it that may be near, and after it. The larger of both is the earlier moment.
  const ahead = [wall - dayMs, wall + dayMs].map((at) => wallMs(zone, at) - at);
  let early = wall - Math.max(...ahead);
  if (wallMs(zone, early) >= wall) return early;
  let late = wall - Math.min(...ahead);
  while (late - early > secondMs) {
    const middle = early + Math.floor((late - early) / (2 * secondMs)) * secondMs;
    if (wallMs(zone, middle) >= wall) late = middle;
    else early = middle;
  }
  return late;
}
