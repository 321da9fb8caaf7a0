import { CloudError, toCloudError, type ErrorCode } from '@novadock/model';
import { isDatabaseAway } from '@novadock/store';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

/** HTTP statuses of the error codes. Quotas are the exception: Nova and Neutron have words of their own for them. */
const statuses = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  exhausted: 403,
  unavailable: 503,
  internal: 500,
} satisfies Record<ErrorCode, number>;

/** How a service words its errors: each OpenStack service has an envelope of its own. */
export type Envelope = (failure: Failure, request: FastifyRequest, reply: FastifyReply) => unknown;
export type Failure = { status: number; error: CloudError };

/** Answers what handlers throw in the envelope of the service; logs a fault of ours once, here. */
export const errors = fp(async (app, options: { envelope: Envelope }) => {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const failure = toFailure(thrown);
    if (failure.status >= 500) request.log.error({ err: failure.error.cause ?? failure.error }, failure.error.message);
    reply.code(failure.status);
    if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json');
    return reply.send(options.envelope(failure, request, reply));
  });
  app.setNotFoundHandler((request, reply) => {
    reply.code(404);
    const error = new CloudError('notFound', 'The resource could not be found.', { reason: 'unknownPath' });
    return reply.send(options.envelope({ status: 404, error }, request, reply));
  });
});

/** Fastify's own errors (schema, media type, body size) keep their status; all else goes by the code's. */
function toFailure(thrown: FastifyError): Failure {
  if (thrown instanceof CloudError) return { status: statuses[thrown.code], error: thrown };
  if (typeof thrown.statusCode === 'number' && thrown.statusCode < 500) {
    return { status: thrown.statusCode, error: new CloudError('invalid', thrown.message, { reason: thrown.code, cause: thrown }) };
  }
  const error = isDatabaseAway(thrown) ? new CloudError('unavailable', 'The database does not answer. Try again in a moment.', { reason: 'databaseAway', cause: thrown }) : toCloudError(thrown);
  return { status: statuses[error.code], error };
}
