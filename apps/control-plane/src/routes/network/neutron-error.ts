import type { CloudError } from '@novadock/model';
import { baseUrl, type Deps } from '../../deps.ts';
import type { Envelope } from '../../plugins/errors.ts';

/** What Neutron calls errors that have no name of their own. */
const types: Record<number, string> = {
  400: 'HTTPBadRequest', 403: 'PolicyNotAuthorized', 404: 'HTTPNotFound', 409: 'HTTPConflict', 413: 'HTTPRequestEntityTooLarge', 415: 'HTTPUnsupportedMediaType', 503: 'ServiceUnavailable',
};

/** Words errors as Neutron does; a bad token as the middleware before it. Its quota is a conflict. */
export function toNeutronError(deps: Deps): Envelope {
  return ({ status: usual, error }, request, reply) => {
    const status = error.code === 'exhausted' ? 409 : usual;
    reply.code(status);
    if (status === 401) {
      reply.header('www-authenticate', `Keystone uri="${baseUrl(deps, request)}/identity"`);
      return { error: { code: 401, title: 'Unauthorized', message: error.message } };
    }
    return { NeutronError: { type: nameOf(error) ?? types[status] ?? 'HTTPInternalServerError', message: messageOf(error), detail: '' } };
  };
}

/** Reasons that are written like Neutron's exceptions are named after them; others are not for its clients. */
function nameOf({ reason }: CloudError): string | undefined {
  return reason !== undefined && /^[A-Z][a-z]\w+$|^HTTP\w+$/.test(reason) ? reason : undefined;
}

function messageOf({ reason, message }: CloudError): string {
  return reason === 'MALFORMED_JSON' ? 'Body contains invalid data' : message;
}
