import type { MaintenanceWindow } from './strategy.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Whether the window is open at `now`. It opens at its start on the clock of its time zone and stays open for its length of elapsed time, whatever the clock does
 * meanwhile; a start that the clock leaps over is moved by as much.
 */
export function windowOpen(window: MaintenanceWindow, now: number): boolean {
  const zone = new Intl.DateTimeFormat('en-GB', { timeZone: window.tz, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' });
  const today = Math.floor(wallMs(zone, now) / dayMs) * dayMs;
  // A window of up to 24 hours that is open now began today or yesterday.
  return [today, today - dayMs].some((day) => {
    if (!window.days.includes(new Date(day).getUTCDay())) return false;
    const opens = instantOf(zone, day + window.startMinutes * minuteMs);
    return now >= opens && now < opens + window.lengthMs;
  });
}

/** What the clock of the zone shows, as if it were UTC. */
function wallMs(zone: Intl.DateTimeFormat, at: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of zone.formatToParts(at)) part[type] = Number(value);
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
}

/** When the clock of the zone shows `wall`. */
function instantOf(zone: Intl.DateTimeFormat, wall: number): number {
  const first = wall - (wallMs(zone, wall) - wall);
  return wall - (wallMs(zone, first) - first);
}
