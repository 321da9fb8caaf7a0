import { text } from 'node:stream/consumers';
import { CloudError, type ErrorCode } from '@novadock/model';
import type { Reply } from './send.ts';

const codes: Record<number, ErrorCode> = { 400: 'invalid', 401: 'unauthenticated', 403: 'forbidden', 404: 'notFound', 409: 'conflict', 413: 'exhausted', 422: 'invalid', 429: 'exhausted', 502: 'unavailable', 503: 'unavailable', 504: 'unavailable' };

/** The error that a reply other than 2xx stands for: of /v1 (RFC 9457), or of the identity service. */
export async function toCloudError({ status, body }: Reply): Promise<CloudError> {
  const content = await text(body);
  const { detail, code, error } = parse(content);
  const kind = codes[status] ?? (status >= 500 ? 'internal' : 'invalid');
  return new CloudError(kind, detail ?? error?.message ?? `HTTP ${status}: ${content.slice(0, 200)}`, code === undefined ? {} : { reason: code });
}

function parse(content: string): { detail?: string; code?: string; error?: { message?: string } } {
  try {
    const body: unknown = JSON.parse(content);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
