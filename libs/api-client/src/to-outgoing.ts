import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Outgoing } from './send.ts';

/** Bytes to send: a file, or a stream, which cannot be sent again. */
export type Upload = { path: string } | { stream: Readable };

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** What is undefined is left out. */
  query?: Record<string, string | number | boolean | undefined>;
  headers?: OutgoingHttpHeaders;
  json?: unknown;
  upload?: Upload;
  signal?: AbortSignal;
};

/** A call as the request that it is. A file is opened anew each time. */
export async function toOutgoing(url: string, { method, path, query = {}, headers, signal, ...content }: Call, token: string): Promise<Outgoing> {
  const search = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])));
  const body = await toBody(content);
  return { method, url: `${url}${path}${search.size === 0 ? '' : `?${search}`}`, headers: { ...headers, ...body.headers, 'x-auth-token': token }, body: body.body, signal };
}

async function toBody({ json, upload }: Pick<Call, 'json' | 'upload'>): Promise<{ body?: string | Readable; headers?: OutgoingHttpHeaders }> {
  if (json !== undefined) return { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
  if (upload === undefined) return {};
  const type = { 'content-type': 'application/x-tar' };
  if ('stream' in upload) return { body: upload.stream, headers: type };
  return { body: createReadStream(upload.path), headers: { ...type, 'content-length': (await stat(upload.path)).size } };
}
