import { defaultQuota, getQuota, resetQuota, setQuota, type Quota, type QuotaName, type QuotaUsage } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { callerOf } from '../../../plugins/auth.ts';
import { queryOf, type SchemaOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';
import { shownQuotas } from './shown-quotas.ts';

type OfProject = { Params: { id: string } };

const policy = (verb: string) => `os_compute_api:os-quota-sets:${verb}`;
const quotaQuery: SchemaOf = (version) => is.query(version, { user_id: is.text });
const limit = { type: ['integer', 'string'], pattern: '^-?[0-9]+$', minimum: -1, maximum: 0x7fffffff } as const;

/** GET /os-quota-sets/{project}, /detail and /defaults: of one's own project, for administrators of any. */
export const showQuotaSets: Route = (app, deps) => {
  app.get<OfProject>('/os-quota-sets/:id', { config: { query: quotaQuery } }, async (request) => {
    const { limits } = await read(deps, request, policy('show'));
    return { quota_set: { id: request.params.id, ...toLimits(limits, request.microversion) } };
  });

  app.get<OfProject>('/os-quota-sets/:id/detail', { config: { query: quotaQuery } }, async (request) => {
    const { limits, usage } = await read(deps, request, policy('detail'));
    const details = shownQuotas(request.microversion).map((name) => [name, { limit: limits[name], in_use: inUse(usage, name), reserved: 0 }]);
    return { quota_set: { id: request.params.id, ...Object.fromEntries(details) } };
  });

  app.get<OfProject>('/os-quota-sets/:id/defaults', async (request) => ({ quota_set: { id: request.params.id, ...toLimits(defaultQuota, request.microversion) } }));
};

type Body = { quota_set: Partial<Record<QuotaName | 'force', number | string | boolean>> };

const updateQuotaBody: SchemaOf = (version) =>
  is.wrapped('quota_set', is.object({ ...Object.fromEntries(shownQuotas(version).map((name) => [name, limit])), ...(version < 36 && { networks: limit }), force: is.boolean }));

/** PUT /os-quota-sets/{project}, for administrators. */
export const updateQuotaSet: Route = (app, deps) => {
  app.put<OfProject & { Body: Body }>('/os-quota-sets/:id', { config: { body: updateQuotaBody, query: quotaQuery, adminPolicy: policy('update') } }, async (request) => {
    refuseUserQuota(request);
    const { force, ...wanted } = request.body.quota_set;
    if (Object.hasOwn(wanted, 'networks')) throw new CloudError('invalid', 'The networks quota has been removed');
    const limits: Partial<Quota> = Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, Number(value)]));
    const quota = await setQuota(deps.cloud, { projectId: request.params.id, limits, force: is.toBoolean(force) === true });
    return { quota_set: toLimits(quota, request.microversion) };
  });
};

/** DELETE /os-quota-sets/{project}, for administrators: back to the defaults. */
export const deleteQuotaSet: Route = (app, deps) => {
  app.delete<OfProject>('/os-quota-sets/:id', { config: { query: quotaQuery, adminPolicy: policy('delete') } }, async (request, reply) => {
    refuseUserQuota(request);
    await resetQuota(deps.cloud, request.params.id);
    return reply.code(202).send();
  });
};

function read(deps: Deps, request: FastifyRequest, permission: string): Promise<{ limits: Quota; usage: QuotaUsage }> {
  refuseUserQuota(request);
  return getQuota(deps.cloud, callerOf(request), { projectId: (request.params as { id: string }).id, policy: permission });
}

function refuseUserQuota(request: FastifyRequest): void {
  if (queryOf(request).user_id !== undefined) throw new CloudError('invalid', 'Quotas of single users are not supported: leave user_id out.');
}

function toLimits(quota: Readonly<Quota>, version: number): Record<string, number> {
  return Object.fromEntries(shownQuotas(version).map((name) => [name, quota[name]]));
}

function inUse(usage: QuotaUsage, name: QuotaName): number {
  return name === 'instances' || name === 'cores' || name === 'ram' ? usage[name] : 0;
}
