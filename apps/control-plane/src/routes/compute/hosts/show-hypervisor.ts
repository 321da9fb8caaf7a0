import { instancesOnHosts, listHosts, type HostView } from '@novadock/cloud';
import { CloudError, type HostFacts } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { queryOf, type SchemaOf } from '../../../plugins/validation.ts';
import { notImplemented } from '../fault.ts';
import * as is from '../parameters.ts';
import { assertHostId, findHost, withServers } from './find-host.ts';
import { toHypervisor, toHypervisorLink } from './hypervisor-view.ts';

type OfHost = { Params: { id: string } };

const showQuery: SchemaOf = (version) => ({ ...is.query(version, version >= 53 ? { with_servers: is.boolean } : {}), additionalProperties: version < 53 });

/** GET /os-hypervisors/{id}, for administrators. */
export const showHypervisor: Route = (app, deps) => {
  app.get<OfHost>('/os-hypervisors/:id', { config: { query: showQuery, adminPolicy: 'os_compute_api:os-hypervisors:show' } }, async (request) => {
    const host = await find(deps, request);
    const hypervisor = toHypervisor(host, request.microversion);
    if (is.toBoolean(queryOf(request).with_servers?.at(-1)) !== true) return { hypervisor };
    return { hypervisor: withServers(hypervisor, (await instancesOnHosts(deps.cloud)).get(host.id), request.microversion) };
  });
};

/** GET /os-hypervisors/{id}/uptime: how long the host runs, as `uptime` says it. */
export const showHypervisorUptime: Route = (app, deps) => {
  app.get<OfHost>('/os-hypervisors/:id/uptime', { config: { adminPolicy: 'os_compute_api:os-hypervisors:uptime' } }, async (request) => {
    const host = await find(deps, request);
    const { bootedAtMs } = host.facts as Partial<HostFacts>;
    if (!host.up) throw new CloudError('invalid', `Compute service of ${host.name} is unavailable at this time.`);
    if (bootedAtMs === undefined) throw notImplemented('The requested functionality is not supported.');
    return { hypervisor: { ...toHypervisorLink(host, request.microversion), uptime: toUptime(bootedAtMs, new Date()) } };
  });
};

async function find(deps: Deps, request: FastifyRequest): Promise<HostView> {
  const { id } = request.params as { id: string };
  assertHostId(id, request.microversion);
  const host = findHost(await listHosts(deps.cloud), id, request.microversion);
  if (host === undefined) throw new CloudError('notFound', `Hypervisor with ID '${id}' could not be found.`);
  return host;
}

/** ` 08:32:11 up 93 days, 18:25` */
function toUptime(bootedAtMs: number, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - bootedAtMs) / 60_000));
  const days = Math.floor(minutes / 1440);
  const clock = `${Math.floor((minutes % 1440) / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return ` ${now.toISOString().slice(11, 19)} up ${days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `}${clock}`;
}
