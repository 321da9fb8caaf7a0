import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../../plugins/auth.ts';

/** Throws `forbidden`, naming the policy, unless the caller is this user or an administrator. */
export function assertSelfOrAdmin(request: FastifyRequest, userId: string, policy: string): void {
  const caller = callerOf(request);
  if (!caller.isAdmin) assertSelf(request, userId, policy);
}

/** Throws `forbidden`, naming the policy, unless the caller is this user. */
export function assertSelf(request: FastifyRequest, userId: string, policy: string): void {
  if (callerOf(request).userId !== userId) throw new CloudError('forbidden', `Policy doesn't allow ${policy} to be performed.`, { reason: policy });
}
