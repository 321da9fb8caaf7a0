import { STATUS_CODES } from 'node:http';
import { Type } from 'typebox';
import type { Envelope } from '../../plugins/errors.ts';
import { refTo } from './schemas.ts';

export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'about:blank: the status says it all, and `code` what a program needs.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What went wrong and what to do.' }),
    instance: Type.String({ description: 'The id of the request, as in the log.' }),
    code: Type.String({ description: 'A stable name for programs.' }),
  },
  { $id: 'Problem', description: 'RFC 9457' },
);

const reply = { description: 'Refused or failed', content: { 'application/problem+json': { schema: refTo(problemSchema) } } };

/** What each route may answer instead of its own reply. */
export const problems = { '4xx': reply, '5xx': reply };

/** Codes with a status of their own. */
const statusByCode: Partial<Record<string, number>> = { idempotencyKeyReused: 422, etagMismatch: 412, ifMatchNeeded: 428 };

/** Words an error as a problem (RFC 9457). */
export const problem: Envelope = ({ status, error }, request, reply) => {
  const code = error.reason === undefined || error.reason.startsWith('FST_') ? error.code : error.reason;
  const shown = statusByCode[code] ?? status;
  if (shown === 401) reply.header('www-authenticate', 'Bearer realm="novadock"');
  if (shown === 503) reply.header('retry-after', '1');
  reply.code(shown).type('application/problem+json');
  return { type: 'about:blank', title: STATUS_CODES[shown] ?? 'Error', status: shown, detail: error.message, instance: request.id, code };
};
