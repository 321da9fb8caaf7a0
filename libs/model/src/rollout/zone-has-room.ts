import type { Strategy } from './strategy.ts';

/** Whether another host of the zone may be begun beside those in flight. */
export function zoneHasRoom(strategy: Strategy, zones: ReadonlyMap<string, number>, zone: string): boolean {
  const { perZone } = strategy.maxInFlight;
  if (perZone === undefined) return true;
  return perZone === 'one-zone' ? zones.size === 0 || zones.has(zone) : (zones.get(zone) ?? 0) < perZone;
}
