import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { CloudError } from '@novadock/model';

export type Outgoing = { method: string; url: string; headers?: OutgoingHttpHeaders; body?: string | Readable; signal?: AbortSignal };
export type Reply = { status: number; headers: IncomingHttpHeaders; body: IncomingMessage };

/**
 * Sends a request and gives the head of its reply; `body` is to be read, or destroyed. It may take as long as it takes: logs and events
 * can be silent for hours (fetch gives up after five minutes). Throws `unavailable` when there is no reply, and the signal's reason.
 */
export function send({ method, url, headers, body, signal }: Outgoing): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, { method, headers, signal });
    request.once('response', (response) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response }));
    request.on('error', (cause: NodeJS.ErrnoException) => reject(signal?.aborted === true ? signal.reason : noReply(url, cause)));
    if (typeof body !== 'object') return request.end(body);
    body.on('error', (cause) => request.destroy(cause));
    body.pipe(request);
  });
}

/** What is thrown when a reply does not come, or not whole. */
export function noReply(url: string, cause: NodeJS.ErrnoException): CloudError {
  const { origin } = new URL(url);
  return new CloudError('unavailable', `The control plane does not answer at ${origin} (${cause.code ?? cause.message}).`, { reason: 'noReply', cause });
}
