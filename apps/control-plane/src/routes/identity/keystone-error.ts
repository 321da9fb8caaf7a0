import { STATUS_CODES } from 'node:http';
import type { CloudError } from '@novadock/model';
import type { FastifyError } from 'fastify';
import { baseUrl, type Deps } from '../../deps.ts';
import type { Envelope } from '../../plugins/errors.ts';
import { methods } from './tokens/to-sign-in.ts';

const notFoundPage = `<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`;

const malformed = 'The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.';

/** Words errors as Keystone does. An unknown path is one without a token, too. */
export function toKeystoneError(deps: Deps): Envelope {
  return ({ status, error }, request, reply) => {
    if (request.is404) {
      reply.code(404).type('text/html; charset=utf-8');
      return notFoundPage;
    }
    if (status === 401) reply.header('www-authenticate', `Keystone uri="${baseUrl(deps, request)}/identity/v3"`);
    const more = error.reason === 'unsupportedMethod' ? { identity: { methods } } : {};
    return { error: { code: status, ...more, message: messageOf(error), title: titleOf(status) } };
  };
}

function messageOf(error: CloudError): string {
  if (error.code === 'forbidden' && error.reason?.startsWith('identity:') === true) return `You are not authorized to perform the requested action: ${error.reason}.`;
  if (error.reason === 'MALFORMED_JSON') return `Expecting to find valid JSON in request body. ${malformed}`;
  if (error.reason === 'FST_ERR_VALIDATION') return `${flawOf(error.cause as FastifyError) ?? error.message} ${malformed}`;
  return error.message;
}

/** A missing attribute is told in Keystone's words, all else in the validator's. */
function flawOf({ validation }: FastifyError): string | undefined {
  const missing = validation?.find(({ keyword }) => keyword === 'required');
  const { requiredProperties } = (missing?.params ?? {}) as { requiredProperties?: string[] };
  if (missing === undefined || requiredProperties?.[0] === undefined) return undefined;
  return `Expecting to find ${requiredProperties[0]} in ${missing.instancePath.split('/').at(-1) || 'request body'}.`;
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
