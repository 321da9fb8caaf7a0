import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { CloudError } from '@novadock/model';

/** By what a server behind https is believed: certificates of authorities (PEM) in place of those that Node knows, or nothing (`verify` false). */
export type Trust = { ca?: string; verify?: boolean };

export type Outgoing = { method: string; url: string; headers?: OutgoingHttpHeaders; body?: string | Readable; signal?: AbortSignal; trust?: Trust };
export type Reply = { status: number; headers: IncomingHttpHeaders; body: IncomingMessage };

/**
 * Sends a request and gives the head of its reply; `body` is to be read, or destroyed. It may take as long as it takes: logs and events
 * can be silent for hours (fetch gives up after five minutes). Throws `unavailable` when there is no reply, `invalid` when its server is not
 * believed, and the signal's reason.
 */
export function send({ method, url, headers, body, signal, trust = {} }: Outgoing): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal };
    const request = url.startsWith('https:') ? httpsRequest(url, { ...options, ca: trust.ca, rejectUnauthorized: trust.verify ?? true }) : httpRequest(url, options);
    request.once('response', (response) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response }));
    request.on('error', (cause: NodeJS.ErrnoException) => reject(signal?.aborted === true ? signal.reason : noReply(url, cause)));
    if (typeof body !== 'object') return request.end(body);
    body.on('error', (cause) => request.destroy(cause));
    body.pipe(request);
  });
}

/** What Node calls it when a certificate is not believed. */
const untrusted = /^(ERR_TLS_CERT_ALTNAME_INVALID|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/;

/** What is thrown when a reply does not come, or not whole. */
export function noReply(url: string, cause: NodeJS.ErrnoException): CloudError {
  const { origin } = new URL(url);
  if (untrusted.test(cause.code ?? '')) {
    return new CloudError('invalid', `The certificate of ${origin} is not trusted (${cause.message}). Where it is the cloud's own, fetch ${origin}/v1/authority.pem in a safe way and set OS_CACERT to that file, or \`cacert\` in clouds.yaml.`, { reason: 'untrustedServer', cause });
  }
  return new CloudError('unavailable', `The control plane does not answer at ${origin} (${cause.code ?? cause.message}).`, { reason: 'noReply', cause });
}
