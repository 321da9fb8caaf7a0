import type { CloudError } from '@novadock/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { baseUrl, type Deps } from '../../deps.ts';
import type { Envelope } from '../../plugins/errors.ts';

// What webob, which words Glance's errors, calls the statuses and says about them where the error itself says nothing.
const titles: Record<number, string> = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict', 410: 'Gone',
  413: 'Request Entity Too Large', 415: 'Unsupported Media Type', 416: 'Request Range Not Satisfiable', 500: 'Internal Server Error', 503: 'Service Unavailable',
};
const badToken = 'This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.';

/** Reasons whose status says more than that of their error's code. */
const statuses: Record<string, number> = {
  methodNotAllowed: 405, imageGone: 410, imageTooLarge: 413, storageFull: 413, mediaType: 415, FST_ERR_CTP_INVALID_MEDIA_TYPE: 415, rangeNotSatisfiable: 416,
};

/** Reasons where Glance says what the status means first. */
const preambles: Record<string, string> = {
  propertyConflict: 'There was a conflict when trying to complete your request.',
  propertyForbidden: 'Access was denied to this resource.',
  malformedRange: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  rangeNotSatisfiable: 'The Range requested is not available.',
};

/** Words errors as Glance does: in HTML, unless the client asks for JSON and not for HTML as well. Text would get a type of Fastify's. */
export function toGlanceError(deps: Deps): Envelope {
  return ({ status, error }, request, reply) => {
    const code = statuses[error.reason ?? ''] ?? status;
    if (code === 401) reply.header('www-authenticate', `Keystone uri="${baseUrl(deps, request)}/identity"`);
    return send(code, bodyOf(code, error, request), request, reply);
  };
}

function bodyOf(code: number, error: CloudError, request: FastifyRequest): string {
  const preamble = preambles[error.reason ?? ''];
  if (preamble !== undefined) return `${preamble}<br /><br />\n${error.message}\n\n`;
  if (code === 401) return `${badToken}<br /><br />\n\n\n`;
  if (code === 405) return `The method ${request.method} is not allowed for this resource. <br /><br />\n`;
  if (code === 415) return `The request media type ${request.headers['content-type'] ?? 'None'} is not supported by this server.\n<br /><br />\n`;
  return `${error.reason === 'MALFORMED_JSON' ? 'Malformed JSON in request body.' : error.message}<br /><br />\n\n\n`;
}

function send(code: number, body: string, request: FastifyRequest, reply: FastifyReply): Buffer {
  const title = titles[code] ?? 'Error';
  reply.code(code);
  const accept = request.headers.accept ?? '';
  if (/application\/(json|\*)/.test(accept) && !/text\/(html|\*)|\*\/\*/.test(accept)) {
    reply.header('content-type', 'application/json');
    return Buffer.from(JSON.stringify({ message: body, code: `${code} ${title}`, title }));
  }
  reply.header('content-type', 'text/html; charset=UTF-8');
  return Buffer.from(`<html>\n <head>\n  <title>${code} ${title}</title>\n </head>\n <body>\n  <h1>${code} ${title}</h1>\n  ${escapeHtml(body)}\n </body>\n</html>`);
}

/** The line breaks are ours, all else may be the user's. */
function escapeHtml(body: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return body.replace(/<br \/>|[&<>"]/g, (part) => entities[part] ?? part);
}
