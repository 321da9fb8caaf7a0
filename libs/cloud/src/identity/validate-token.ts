import type { Cloud } from '../cloud.ts';
import type { Auth } from './auth.ts';
import { readToken } from './read-token.ts';

/** Who a token stands for. Throws `unauthenticated` when it is forged, expired or revoked, or its user, project or roles are gone. */
export async function validateToken(cloud: Cloud, token: string): Promise<Auth> {
  const { user, project, roles, ...rest } = await readToken(cloud, token);
  return {
    ...rest,
    userId: user.id,
    userName: user.name,
    projectId: project?.id,
    projectName: project?.name,
    roles: roles.map(({ name }) => name),
    isAdmin: roles.some(({ name }) => name === 'admin'),
  };
}
