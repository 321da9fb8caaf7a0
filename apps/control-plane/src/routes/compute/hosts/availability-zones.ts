import { listHosts, type HostView } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { toNaiveTime } from '../times.ts';

/** GET /os-availability-zone, and with their hosts for administrators /os-availability-zone/detail. A zone with a host that takes instances is available. */
export const availabilityZones: Route = (app, deps) => {
  app.get('/os-availability-zone', async () => ({ availabilityZoneInfo: toZones(await listHosts(deps.cloud), () => null) }));

  app.get('/os-availability-zone/detail', { config: { adminPolicy: 'os_compute_api:os-availability-zone:detail' } }, async () => ({
    availabilityZoneInfo: toZones(await listHosts(deps.cloud), (hosts) => Object.fromEntries(hosts.filter(({ enabled }) => enabled).map(toZoneHost))),
  }));
};

function toZones(hosts: HostView[], toHosts: (hosts: HostView[]) => object | null): object[] {
  const zones = [...Map.groupBy(hosts, (host) => host.availabilityZone)].sort(([a], [b]) => (a < b ? -1 : 1));
  return zones.map(([zoneName, inZone]) => {
    const available = inZone.some(({ enabled }) => enabled);
    return { zoneName, zoneState: { available }, hosts: available ? toHosts(inZone) : null };
  });
}

function toZoneHost(host: HostView): [string, object] {
  return [host.name, { 'nova-compute': { available: host.up, active: host.enabled, updated_at: toNaiveTime(host.lastSeenAt) } }];
}
