import { listInstances, type InstanceView, type ListInstances, type ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { queryOf, type Query } from '../../../plugins/validation.ts';
import { limitOf, linksFor, nextLink } from '../links.ts';
import { toBoolean } from '../parameters.ts';
import { listServersQuery, toFilter, toSort } from './server-filters.ts';
import { toServer, toServerLink } from './server-view.ts';

/** Nova's words for the status of a server; there can be no server in most of them here. */
const statuses = new Set(
  'ACTIVE BUILD DELETED ERROR HARD_REBOOT MIGRATING PASSWORD PAUSED REBOOT REBUILD RESCUE RESIZE REVERT_RESIZE SHELVED SHELVED_OFFLOADED SHUTOFF SOFT_DELETED SUSPENDED VERIFY_RESIZE'.split(' '),
);

/** GET /servers and /servers/detail: the servers of the project, newest first, a page of at most 1,000. */
export const listServers: Route = (app, deps) => {
  app.get('/servers', { config: { query: listServersQuery } }, async (request) => {
    const { links, page, next } = await find(deps, request, 'index');
    return { servers: page.map((instance) => toServerLink(instance, links)), ...next };
  });
  app.get('/servers/detail', { config: { query: listServersQuery } }, async (request) => {
    const { links, page, next, isAdmin } = await find(deps, request, 'detail');
    const context = { version: request.microversion, isAdmin, links, in: 'list' } as const;
    return { servers: page.map((instance) => toServer(instance, context)), ...next };
  });
};

async function find(deps: Deps, request: FastifyRequest, verb: 'index' | 'detail') {
  const auth = projectCallerOf(request);
  const query = queryOf(request);
  const links = linksFor(deps, request);
  const list = toList(auth, query, { version: request.microversion, verb });
  const page: InstanceView[] = list === 'none' ? [] : (await listInstances(deps.cloud, auth, list)).instances;
  const path = verb === 'detail' ? 'servers/detail' : 'servers';
  return { links, page, isAdmin: auth.isAdmin, next: nextLink(links, { key: 'servers_links', path, query, page }) };
}

function toList(auth: ProjectAuth, query: Query, { version, verb }: { version: number; verb: string }): ListInstances | 'none' {
  const filter = toFilter(query, { version, isAdmin: auth.isAdmin });
  const status = statusFilter(auth, query.status, version);
  if (status === 'none') return 'none';
  const allProjects = wantsAllProjects(query);
  if (allProjects && !auth.isAdmin) throw new CloudError('forbidden', `Policy doesn't allow os_compute_api:servers:${verb}:get_all_tenants to be performed.`);
  const projectId = allProjects ? (query.project_id ?? query.tenant_id)?.at(-1) : undefined;
  const marker = query.marker?.at(-1);
  return { ...filter, ...status, ...(projectId !== undefined && { projectId }), ...(marker !== undefined && { marker }), allProjects, sort: toSort(query), limit: limitOf(query) };
}

function wantsAllProjects(query: Query): boolean {
  const asked = query.all_tenants?.at(-1);
  if (asked === undefined || asked === '') return asked === '';
  const wanted = toBoolean(asked);
  if (wanted === undefined) throw new CloudError('invalid', `Invalid input received: Unrecognized value '${asked}', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'`);
  return wanted;
}

/** An unknown status is the status of no server; from 2.38 on it is a mistake. */
function statusFilter(auth: ProjectAuth, asked: string[] | undefined, version: number): Partial<ListInstances> | 'none' {
  if (asked === undefined) return {};
  const known = asked.map((status) => status.toUpperCase()).filter((status) => statuses.has(status));
  if (known.length === 0 && version >= 38) throw new CloudError('invalid', 'Invalid status value');
  if (known.length === 0) return 'none';
  if (!known.every((status) => status === 'DELETED')) return { statuses: known };
  if (!auth.isAdmin) throw new CloudError('forbidden', 'Only administrators may list deleted instances');
  return { statuses: known, deleted: true };
}
