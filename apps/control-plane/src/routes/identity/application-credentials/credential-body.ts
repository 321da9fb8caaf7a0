import type { ApplicationCredential, RoleRef } from '@novadock/store';
import type { FastifyRequest } from 'fastify';
import type { Deps } from '../../../deps.ts';
import { linkTo } from '../collection.ts';

export function toCredential(deps: Deps, request: FastifyRequest, credential: ApplicationCredential, roles: RoleRef[]) {
  const { id, name, description, userId, projectId, expiresAt, roleIds } = credential;
  return {
    id,
    name,
    description,
    user_id: userId,
    project_id: projectId,
    system: null,
    expires_at: expiresAt === null ? null : `${expiresAt.toISOString().slice(0, 19)}.000000`,
    unrestricted: null,
    roles: roles.filter((role) => roleIds.includes(role.id)).map((role) => ({ id: role.id, name: role.name, domain_id: null })),
    links: linkTo(deps, request, `application_credentials/${id}`),
  };
}
