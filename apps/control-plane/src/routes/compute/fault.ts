import { CloudError } from '@novadock/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { baseUrl, type Deps } from '../../deps.ts';
import type { Envelope } from '../../plugins/errors.ts';
import { versionChoices } from './get-versions.ts';

/** Nova's names of HTTP statuses; all others are a computeFault. */
const names: Record<number, string> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
  413: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

/** Reasons whose status says more than that of their error's code. */
const statuses: Record<string, number> = { notAcceptable: 406, notImplemented: 501, FST_ERR_CTP_INVALID_MEDIA_TYPE: 400 };

/** Words errors as Nova does; a bad token as the middleware before it, an unknown path as the router before it. */
export function toFault(deps: Deps): Envelope {
  return ({ status, error }, request, reply) => {
    if (error.code === 'unauthenticated') return unauthorized(deps, request, reply, error);
    if (error.reason === 'unknownPath') return unknownPath(deps, request, reply);
    const code = statuses[error.reason ?? ''] ?? status;
    const message = error.reason === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? 'Malformed request body' : error.message;
    reply.code(code).header('content-type', 'application/json; charset=UTF-8');
    return JSON.stringify({ [names[code] ?? 'computeFault']: { code, message } });
  };
}

/** For what a compute service may know of and this one cannot do: 501 with what it is. */
export function notImplemented(message: string): CloudError {
  return new CloudError('invalid', message, { reason: 'notImplemented' });
}

function unauthorized(deps: Deps, request: FastifyRequest, reply: FastifyReply, error: CloudError): Buffer {
  reply.header('www-authenticate', `Keystone uri="${baseUrl(deps, request)}/identity"`);
  return withoutCharset(reply, { error: { code: 401, title: 'Unauthorized', message: error.message } });
}

function unknownPath(deps: Deps, request: FastifyRequest, reply: FastifyReply): Buffer {
  if (!/^\/compute\/v2(\.1)?(\/|$)/.test(request.url)) {
    reply.code(300);
    return withoutCharset(reply, versionChoices(deps, request));
  }
  return withoutCharset(reply, { message: 'The resource could not be found.<br /><br />\n\n\n', code: '404 Not Found', title: 'Not Found' });
}

/** As bytes, for to JSON Fastify adds a charset, which only Nova itself does, on errors. */
function withoutCharset(reply: FastifyReply, body: object): Buffer {
  reply.header('content-type', 'application/json');
  return Buffer.from(JSON.stringify(body));
}
