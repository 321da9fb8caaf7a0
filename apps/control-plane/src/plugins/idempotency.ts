import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CloudError } from '@novadock/model';
import { claimIdempotencyKey, idempotencyClaimMs, renewIdempotencyKey, settleIdempotencyKey, type IdempotencyKeyName } from '@novadock/store';
import type { FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import type { Deps } from '../deps.ts';
import { callerOf } from './auth.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The claim on its Idempotency-Key that lets this request be carried out. */
    claim: (IdempotencyKeyName & { claimId: string; renewal: NodeJS.Timeout }) | null;
  }
  interface FastifyContextConfig {
    /** Its reply is shown once and never stored, so it takes no Idempotency-Key. */
    secretReply?: true;
  }
}

/** Whether a route takes an Idempotency-Key: each POST, but those that answer without a token or with a secret. */
export function takesIdempotencyKey({ method, config }: Pick<RouteOptions, 'method' | 'config'>): boolean {
  return [method].flat().includes('POST') && config?.public !== true && config?.secretReply !== true;
}

/**
 * Makes a POST with an `Idempotency-Key` safe to send again (P7): a repetition gets the reply of the first, for a day; 409 while that
 * one is under way; 422 when the key came with another request. Only successes are kept: what failed is tried again. What a request
 * makes is to carry `claimIdOf`, by which a repetition finds it again when the reply was lost in a crash.
 */
export const idempotency = fp(async (app, { cloud: { store } }: Deps) => {
  app.decorateRequest('claim', null);
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (!takesIdempotencyKey({ method: request.method, config: request.routeOptions.config }) || typeof key !== 'string' || request.auth === null) return;
    if (key === '' || key.length > 255) throw new CloudError('invalid', 'An Idempotency-Key has 1 to 255 characters.', { reason: 'idempotencyKeyInvalid' });
    const { projectId, userId } = callerOf(request);
    const name = { projectId: projectId ?? userId, key };
    const found = await claimIdempotencyKey(store, { ...name, requestHash: hashRequest(request) });
    switch (found.state) {
      case 'claimed':
        request.claim = { ...name, claimId: found.claimId, renewal: setInterval(() => void renewIdempotencyKey(store, name).catch(() => {}), idempotencyClaimMs / 3) };
        return;
      case 'done':
        return reply.code(found.status).send(found.body);
      case 'inFlight':
        reply.header('retry-after', '1');
        throw new CloudError('conflict', 'The request with this Idempotency-Key is still being carried out: ask again.', { reason: 'idempotencyKeyInFlight' });
      case 'reused':
        throw new CloudError('invalid', 'This Idempotency-Key came with another request before: use a new one.', { reason: 'idempotencyKeyReused' });
    }
  });
  // Before the reply goes out, so that whoever has seen it can rely on it.
  app.addHook('preSerialization', async (request, reply, payload) => {
    await settle(request, reply.statusCode < 300 ? { status: reply.statusCode, body: payload } : undefined);
    return payload;
  });
  // What ended without a body.
  app.addHook('onResponse', (request) => settle(request, undefined));

  async function settle(request: FastifyRequest, reply: { status: number; body: unknown } | undefined): Promise<void> {
    const { claim } = request;
    if (claim === null) return;
    request.claim = null;
    clearInterval(claim.renewal);
    await settleIdempotencyKey(store, claim, reply);
  }
});

/** The id that what this request makes is to be found by when the request is repeated; undefined when it has no Idempotency-Key. */
export function claimIdOf(request: FastifyRequest): string | undefined {
  return request.claim?.claimId;
}

/** The id of what this request asks for: the same when it is repeated with its Idempotency-Key. */
export function operationIdOf(request: FastifyRequest): string {
  return request.claim === null ? request.id : `req-${request.claim.claimId}`;
}

/** A streamed body cannot be read twice: its length stands for it. */
function hashRequest({ method, url, headers, body }: FastifyRequest): string {
  const content = body instanceof Readable ? `${headers['content-type']} ${headers['content-length']}` : JSON.stringify(body);
  return createHash('sha256').update(`${method} ${url}\n${content}`).digest('hex');
}
