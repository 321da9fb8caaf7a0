import type { RoleAssignment } from '@novadock/store';

/** Where the roles of a user are: on a project, and on the system. */
export const grantPaths = ['/v3/projects/:projectId/users/:userId/roles', '/v3/system/users/:userId/roles'] as const;

export type GrantParams = { projectId?: string; userId: string; roleId: string };

/** What a path says of a grant; without a project it is on the system. */
export function toGrant({ projectId, userId, roleId }: GrantParams): RoleAssignment {
  return { userId, roleId, target: projectId ?? 'system' };
}
