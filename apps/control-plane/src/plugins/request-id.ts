import { randomUUID } from 'node:crypto';
import fp from 'fastify-plugin';

/** `req-UUID`, the form that OpenStack's clients print in errors. */
export function newRequestId(): string {
  return `req-${randomUUID()}`;
}

/** Puts the request's id on every answer. */
export const requestId = fp(async (app) => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-openstack-request-id', request.id);
  });
});
