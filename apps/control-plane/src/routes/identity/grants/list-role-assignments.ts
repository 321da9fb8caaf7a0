import { defaultDomain, listAssignments } from '@novadock/cloud';
import type { NamedRoleAssignment, RoleAssignmentFilter } from '@novadock/store';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { collection, linkTo } from '../collection.ts';

type Query = Record<string, string | undefined>;

const domain = { id: defaultDomain.id, name: defaultDomain.name };

export const listRoleAssignments: Route = (app, deps) => {
  app.get<{ Querystring: Query }>('/v3/role_assignments', { config: { adminPolicy: 'identity:list_role_assignments' } }, async (request) => {
    const { query } = request;
    // There are no groups, and no roles on domains.
    const nothing = query['group.id'] !== undefined || query['scope.domain.id'] !== undefined;
    const assignments = nothing ? [] : await listAssignments(deps.cloud, toFilter(query));
    return collection(deps, request, 'role_assignments', assignments.map((assignment) => toBody(deps, request, assignment)));
  });
};

function toFilter(query: Query): RoleAssignmentFilter {
  return { userId: query['user.id'], roleId: query['role.id'], target: query['scope.system'] === undefined ? query['scope.project.id'] : 'system' };
}

function toBody(deps: Deps, request: FastifyRequest, { userId, userName, roleId, roleName, projectId, projectName }: NamedRoleAssignment) {
  const withNames = isTrue((request.query as Query).include_names);
  const named = (id: string, name: string, more = {}) => (withNames ? { id, name, ...more } : { id });
  const place = projectId === null ? 'system' : `projects/${projectId}`;
  return {
    links: { assignment: linkTo(deps, request, `${place}/users/${userId}/roles/${roleId}`).self },
    scope: projectId === null ? { system: { all: true } } : { project: named(projectId, projectName ?? '', { domain }) },
    user: named(userId, userName, { domain }),
    role: named(roleId, roleName),
  };
}

/** A key without a value counts as well. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && !/^(false|0)$/i.test(value);
}
