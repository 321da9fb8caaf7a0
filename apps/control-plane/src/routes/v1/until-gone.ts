import type { FastifyReply } from 'fastify';

/** Is aborted when the client went away, or has got its whole reply. */
export function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  if (raw.destroyed) gone.abort();
  return gone.signal;
}
