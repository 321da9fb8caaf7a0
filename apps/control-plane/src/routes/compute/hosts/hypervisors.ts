import { instancesOnHosts, listHosts, type HostView } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { queryOf, type Query, type SchemaOf } from '../../../plugins/validation.ts';
import { limitOf, linksFor, nextLink } from '../links.ts';
import * as is from '../parameters.ts';
import { idOf, toHypervisor, toHypervisorLink, toUsage, usageKeys } from './hypervisor-view.ts';
import { findHost, withServers } from './find-host.ts';

const policy = (verb: string) => ({ adminPolicy: `os_compute_api:os-hypervisors:${verb}` });

const listQuery: SchemaOf = (version) => ({
  ...is.query(version, {
    ...(version >= 33 && is.paging),
    ...(version >= 53 && { hypervisor_hostname_pattern: is.hostName, with_servers: is.boolean }),
  }),
  additionalProperties: version < 53,
});

/** GET /os-hypervisors and /os-hypervisors/detail, for administrators; in pages from 2.33 on. */
export const listHypervisors: Route = (app, deps) => {
  app.get('/os-hypervisors', { config: { query: listQuery, ...policy('list') } }, (request) => answer(deps, request, { path: 'os-hypervisors', show: toHypervisorLink }));
  app.get('/os-hypervisors/detail', { config: { query: listQuery, ...policy('list-detail') } }, (request) => answer(deps, request, { path: 'os-hypervisors/detail', show: toHypervisor }));
};

/** GET /os-hypervisors/statistics: the sums over all hosts. */
export const showHypervisorStatistics: Route = (app, deps) => {
  app.get('/os-hypervisors/statistics', { config: policy('statistics') }, async () => {
    const hosts = await listHosts(deps.cloud);
    const usages = hosts.map(toUsage);
    const sums = usageKeys.map((key) => [key, usages.reduce((sum, usage) => sum + usage[key], 0)]);
    return { hypervisor_statistics: { count: hosts.length, ...Object.fromEntries(sums) } };
  });
};

/** GET /os-hypervisors/{pattern}/search and /servers, before 2.53: those whose name has the pattern in it. */
export const searchHypervisors: Route = (app, deps) => {
  type OfPattern = { Params: { id: string } };
  app.get<OfPattern>('/os-hypervisors/:id/search', { config: { until: 52, ...policy('search') } }, async (request) => ({
    hypervisors: matching(await listHosts(deps.cloud), request.params.id).map((host) => toHypervisorLink(host, request.microversion)),
  }));
  app.get<OfPattern>('/os-hypervisors/:id/servers', { config: { until: 52, ...policy('servers') } }, async (request) => {
    const instances = await instancesOnHosts(deps.cloud);
    const hosts = matching(await listHosts(deps.cloud), request.params.id);
    return { hypervisors: hosts.map((host) => withServers(toHypervisorLink(host, request.microversion), instances.get(host.id), request.microversion)) };
  });
};

async function answer(deps: Deps, request: FastifyRequest, { path, show }: { path: string; show: (host: HostView, version: number) => object }): Promise<object> {
  const { microversion } = request;
  const query = queryOf(request);
  const page = pageOf(await listHosts(deps.cloud), query, microversion);
  const instances = is.toBoolean(query.with_servers?.at(-1)) === true ? await instancesOnHosts(deps.cloud) : undefined;
  const hypervisors = page.map((host) => (instances === undefined ? show(host, microversion) : withServers(show(host, microversion), instances.get(host.id), microversion)));
  const ids = page.map((host) => ({ id: String(idOf(host, microversion)) }));
  const paged = microversion >= 33 && query.hypervisor_hostname_pattern === undefined;
  return { hypervisors, ...(paged && nextLink(linksFor(deps, request), { key: 'hypervisors_links', path, query, page: ids })) };
}

function pageOf(hosts: HostView[], query: Query, version: number): HostView[] {
  const pattern = query.hypervisor_hostname_pattern?.at(-1);
  const marker = query.marker?.at(-1);
  if (pattern !== undefined) {
    if (query.limit !== undefined || marker !== undefined) throw new CloudError('invalid', 'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.');
    return matching(hosts, pattern);
  }
  const before = marker === undefined ? undefined : findHost(hosts, marker, version);
  if (marker !== undefined && before === undefined) throw new CloudError('invalid', `marker [${marker}] not found`);
  const start = before === undefined ? 0 : hosts.indexOf(before) + 1;
  return hosts.slice(start, start + limitOf(query));
}

function matching(hosts: HostView[], pattern: string): HostView[] {
  const found = hosts.filter(({ name }) => name.includes(pattern));
  if (found.length === 0) throw new CloudError('notFound', `No hypervisor matching '${pattern}' could be found.`);
  return found;
}
