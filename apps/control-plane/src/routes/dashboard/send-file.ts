import type { FastifyReply } from 'fastify';
import type { Compressed } from './read-compressed.ts';

/** The page runs its own script and style, speaks to this server only, and stands in nobody's frame. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** Answers with a file of the page. */
export function sendFile(answer: FastifyReply, type: string, { content, coding }: Compressed): FastifyReply {
  answer.headers({
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    vary: 'accept-encoding',
    ...(coding === undefined ? {} : { 'content-encoding': coding }),
  });
  return answer.send(content);
}
