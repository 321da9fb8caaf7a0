import { validateToken, type Auth, type ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Deps } from '../deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    auth: Auth | null;
  }
  interface FastifyContextConfig {
    /** Answers without a token. */
    public?: boolean;
    /** For administrators only; the name of the policy goes into the refusal. */
    adminPolicy?: string;
  }
}

/** Lets a request in only with a valid `X-Auth-Token`, and where the route says so only an administrator's. */
export const auth = fp(async (app, deps: Deps) => {
  app.decorateRequest('auth', null);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.public === true) return;
    const token = request.headers['x-auth-token'];
    if (typeof token !== 'string') throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
    request.auth = await validateToken(deps.cloud, token);
  });
  // After all onRequest hooks, so that a refusal carries the headers that they set.
  app.addHook('preValidation', async ({ auth, routeOptions: { config: { adminPolicy } } }) => {
    if (adminPolicy !== undefined && auth?.isAdmin !== true) throw new CloudError('forbidden', `Policy doesn't allow ${adminPolicy} to be performed.`, { reason: adminPolicy });
  });
});

/** Who makes the request. Throws `unauthenticated` on a public route. */
export function callerOf(request: FastifyRequest): Auth {
  if (request.auth === null) throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
  return request.auth;
}

/** Who makes the request, with the project that the token is scoped to. Throws `forbidden` when it is scoped to none. */
export function projectCallerOf(request: FastifyRequest): ProjectAuth {
  const caller = callerOf(request);
  if (caller.projectId === undefined) throw new CloudError('forbidden', 'The token is not scoped to a project: sign in with a project.');
  return caller as ProjectAuth;
}
