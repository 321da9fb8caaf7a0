import { CloudError, type ErrorCode } from '@novadock/model';

const codes: Record<number, ErrorCode> = { 401: 'unauthenticated', 403: 'forbidden', 404: 'notFound', 409: 'conflict', 429: 'exhausted', 502: 'unavailable', 503: 'unavailable', 504: 'unavailable' };

/** The error that a reply other than 2xx stands for, in the API's words. */
export async function toApiError(reply: Response): Promise<CloudError> {
  const text = await reply.text();
  const code = codes[reply.status] ?? (reply.status >= 500 ? 'internal' : 'invalid');
  return new CloudError(code, detailOf(text) ?? `HTTP ${reply.status}: ${text.slice(0, 200)}`);
}

function detailOf(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as { detail?: string; error?: { message?: string } };
    return body.detail ?? body.error?.message;
  } catch {
    return undefined;
  }
}
