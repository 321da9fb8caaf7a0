import { readToken, type TokenView } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps } from '../../../deps.ts';
import { assertSelfOrAdmin } from '../assert-self.ts';

/** The token that a request is about: its own user's, or anybody's for an administrator. Throws `notFound` when it does not hold. */
export async function subjectToken({ cloud }: Deps, request: FastifyRequest, policy: string): Promise<{ token: string; view: TokenView }> {
  const token = String(request.headers['x-subject-token'] ?? '');
  const view = await readToken(cloud, token).catch((cause: unknown) => {
    if (cause instanceof CloudError && cause.code === 'unauthenticated') throw new CloudError('notFound', 'Failed to validate token', { cause });
    throw cause;
  });
  assertSelfOrAdmin(request, view.user.id, policy);
  return { token, view };
}
