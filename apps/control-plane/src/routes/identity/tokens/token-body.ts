import { catalog, defaultDomain, type TokenView } from '@novadock/cloud';
import type { FastifyRequest } from 'fastify';
import { baseUrl, type Deps } from '../../../deps.ts';

const domain = { id: defaultDomain.id, name: defaultDomain.name };

/** A token as clients see it, with the catalog when it is good for something, unless `?nocatalog` says that they know it. */
export function tokenBody(deps: Deps, request: FastifyRequest, { user, project, system, roles, methods, auditIds, issuedAt, expiresAt }: TokenView) {
  const withCatalog = !Object.hasOwn(request.query as object, 'nocatalog');
  return {
    token: {
      methods,
      user: { domain, ...user, password_expires_at: null },
      audit_ids: auditIds,
      expires_at: toMicroseconds(expiresAt),
      issued_at: toMicroseconds(issuedAt),
      ...(project === undefined ? {} : { project: { domain, ...project }, is_domain: false }),
      ...(system ? { system: { all: true } } : {}),
      ...(roles.length > 0 ? { roles, ...(withCatalog ? { catalog: catalog(baseUrl(deps, request)) } : {}) } : {}),
    },
  };
}

/** Keystone counts in seconds and writes microseconds. */
function toMicroseconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}.000000Z`;
}
