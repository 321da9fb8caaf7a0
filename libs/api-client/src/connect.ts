import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { CloudError } from '@novadock/model';
import { send, type Outgoing, type Reply } from './send.ts';
import { toCloudError } from './to-cloud-error.ts';
import type { TokenSource } from './token-source.ts';

/** Bytes to send: a file, or a stream, which cannot be sent again. */
export type Upload = { path: string } | { stream: Readable };

export type Call = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** What is undefined is left out. */
  query?: Record<string, string | number | boolean | undefined>;
  headers?: OutgoingHttpHeaders;
  json?: unknown;
  upload?: Upload;
  signal?: AbortSignal;
};

export type Connection = {
  /** Sends a call until it is answered; throws the CloudError that the answer stands for. The body is to be read, or destroyed. */
  call(call: Call): Promise<Reply>;
  /** The same, and reads the answer: its status, and its body where it has one. */
  read<Answer>(call: Call): Promise<{ status: number; answer: Answer }>;
  /** All pages of a list, whose items stand under `key`. */
  readAll<Item>(key: string, call: Pick<Call, 'path' | 'query' | 'headers'>): Promise<Item[]>;
};

/** Waits between the attempts at a call, unless the answer says how long. */
const backoffMs = [100, 300, 900, 2_700];

/**
 * Calls of one control plane. A call that may not have been carried out (`unavailable`) is repeated, with the Idempotency-Key of its first
 * attempt, so that it is carried out once.
 */
export function connect({ url, tokens, attempts = backoffMs.length + 1 }: { url: string; tokens: TokenSource; attempts?: number }): Connection {
  const call = async (wanted: Call): Promise<Reply> => {
    const headers = { ...wanted.headers, ...(wanted.method === 'POST' ? { 'idempotency-key': randomUUID() } : {}) };
    let refreshed = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptCall({ ...wanted, headers });
      if (!('error' in outcome)) return outcome.reply;
      const { error, retryAfterMs, reply } = outcome;
      if (error.code === 'unauthenticated' && reply !== undefined && !refreshed) {
        refreshed = true;
        tokens.forget();
        continue;
      }
      // An attempt before, whose answer was lost, did it.
      if (wanted.method === 'DELETE' && attempt > 1 && error.code === 'notFound' && reply !== undefined) return reply;
      if (!canRepeat(wanted) || !(isUnderWay(error) || (error.code === 'unavailable' && attempt < attempts))) throw error;
      await delay(retryAfterMs ?? backoffMs[attempt - 1] ?? 1_000, undefined, wanted);
    }
  };

  const attemptCall = async (wanted: Call): Promise<{ reply: Reply } | { error: CloudError; retryAfterMs?: number; reply?: Reply }> => {
    let reply: Reply;
    try {
      reply = await send(await toOutgoing(url, wanted, await tokens.get()));
    } catch (error) {
      if ((error as CloudError).code === 'unavailable') return { error: error as CloudError };
      throw error;
    }
    if (reply.status < 300) return { reply };
    const retryAfter = Number(reply.headers['retry-after']);
    return { error: await toCloudError(reply), reply, ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {}) };
  };

  const read = async <Answer>(wanted: Call) => {
    const { status, body } = await call(wanted);
    const content = await text(body);
    return { status, answer: (content === '' ? undefined : JSON.parse(content)) as Answer };
  };

  const readAll = async <Item>(key: string, wanted: Pick<Call, 'path' | 'query' | 'headers'>) => {
    const items: Item[] = [];
    for (let page: Omit<Call, 'method'> | undefined = wanted; page !== undefined; ) {
      const { answer }: { answer: Record<string, Item[]> & { next?: string | null } } = await read({ ...page, method: 'GET' });
      items.push(...(answer[key] ?? []));
      page = typeof answer.next === 'string' ? { headers: wanted.headers, path: answer.next } : undefined;
    }
    return items;
  };

  return { call, read, readAll };
}

/** The same request, sent before, is still being carried out; that ends. */
function isUnderWay(error: CloudError): boolean {
  return error.reason === 'idempotencyKeyInFlight';
}

function canRepeat({ upload }: Call): boolean {
  return upload === undefined || 'path' in upload;
}

async function toOutgoing(url: string, { method, path, query = {}, headers, json: content, upload, signal }: Call, token: string): Promise<Outgoing> {
  const search = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])));
  const body = upload === undefined ? { body: content === undefined ? undefined : JSON.stringify(content), headers: content === undefined ? {} : { 'content-type': 'application/json' } } : await toBody(upload);
  return { method, url: `${url}${path}${search.size === 0 ? '' : `?${search}`}`, headers: { ...headers, ...body.headers, 'x-auth-token': token }, body: body.body, signal };
}

async function toBody(upload: Upload): Promise<{ body: Readable; headers: OutgoingHttpHeaders }> {
  const type = { 'content-type': 'application/x-tar' };
  if ('stream' in upload) return { body: upload.stream, headers: type };
  return { body: createReadStream(upload.path), headers: { ...type, 'content-length': (await stat(upload.path)).size } };
}
