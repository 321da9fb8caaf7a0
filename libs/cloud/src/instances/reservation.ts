import { createHash } from 'node:crypto';
import type { CreateInstances } from './requests.ts';

/** Metadata that makes a boot safe to retry for clients that cannot send an Idempotency-Key. */
export const clientTokenKey = 'client_token';

/** The reservation that a retried request finds again; undefined when it carries no token of the client's. */
export function reservationOf(projectId: string, request: CreateInstances): string | undefined {
  if (request.reservationId !== undefined) return request.reservationId;
  const token = request.metadata?.[clientTokenKey];
  return token === undefined ? undefined : `r-${createHash('sha256').update(`${projectId}\0${token}`).digest('hex').slice(0, 32)}`;
}
