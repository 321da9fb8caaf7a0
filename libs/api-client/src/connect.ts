import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';
import { noReply, send, type Reply, type Trust } from './send.ts';
import { toCloudError } from './to-cloud-error.ts';
import { toOutgoing, type Call } from './to-outgoing.ts';
import type { TokenSource } from './token-source.ts';

export type Connection = {
  /** Sends a call until it is answered, and gives the reply with its body still to be read, or destroyed. Throws the CloudError that the answer stands for. */
  open(call: Call): Promise<Reply>;
  /** The same, and reads the answer: its status, and its body where it has one. */
  read<Answer>(call: Call): Promise<{ status: number; answer: Answer }>;
  /** All pages of a list, whose items stand under `key`. */
  readAll<Item>(key: string, call: Pick<Call, 'path' | 'query' | 'headers'>): Promise<Item[]>;
};

export type ConnectOptions = { url: string; tokens: TokenSource; trust?: Trust; attempts?: number; signal?: AbortSignal };

/** `answered`: by the API, not by the sign-in. */
type Failure = { error: CloudError; answered: boolean; retryAfterMs?: number };

/** Waits between the attempts at a call, unless the answer says how long. */
const backoffMs = [100, 300, 900, 2_700];

/**
 * Calls of one control plane. A call that may not have been carried out (`unavailable`) is repeated, with the Idempotency-Key of its first
 * attempt, so that it is carried out once.
 */
export function connect({ url, tokens, trust, attempts = backoffMs.length + 1, signal }: ConnectOptions): Connection {
  const attemptOnce = async <Result>(call: Call, take: (reply: Reply) => Result | Promise<Result>): Promise<{ result: Result } | Failure> => {
    try {
      const reply = await send({ ...(await toOutgoing(url, call, await tokens.get())), trust });
      if (reply.status < 300) return { result: await take(reply) };
      const retryAfterMs = Number(reply.headers['retry-after']) * 1000;
      return { error: await toCloudError(reply), answered: true, ...(retryAfterMs > 0 ? { retryAfterMs } : {}) };
    } catch (error) {
      if (error instanceof CloudError) return { error, answered: false };
      throw error;
    }
  };

  const repeat = async <Result>(asked: Call, take: (reply: Reply) => Result | Promise<Result>): Promise<Result | undefined> => {
    const call: Call = { ...asked, signal: asked.signal ?? signal, headers: { ...asked.headers, ...(asked.method === 'POST' ? { 'idempotency-key': randomUUID() } : {}) } };
    let refreshed = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOnce(call, take);
      if ('result' in outcome) return outcome.result;
      const step = nextStep(outcome, { call, attempt, attempts, refreshed });
      if (step === 'throw') throw outcome.error;
      if (step === 'done') return undefined;
      if (step === 'wait') await delay(outcome.retryAfterMs ?? backoffMs[attempt - 1] ?? 1_000, undefined, { signal: call.signal });
      else {
        refreshed = true;
        tokens.forget();
      }
    }
  };

  const read = async <Answer>(call: Call) => {
    const found = await repeat(call, async ({ status, body }) => ({ status, content: await text(body).catch((cause: unknown) => Promise.reject(noReply(url, cause as Error))) }));
    const { status, content } = found ?? { status: 204, content: '' };
    return { status, answer: (content === '' ? undefined : JSON.parse(content)) as Answer };
  };

  const readAll = async <Item>(key: string, first: Pick<Call, 'path' | 'query' | 'headers'>) => {
    const items: Item[] = [];
    for (let page: Omit<Call, 'method'> | undefined = first; page !== undefined; ) {
      const { answer }: { answer: Record<string, Item[]> & { next?: string | null } } = await read({ ...page, method: 'GET' });
      items.push(...(answer[key] ?? []));
      page = typeof answer.next === 'string' ? { headers: first.headers, path: answer.next } : undefined;
    }
    return items;
  };

  return { open: async (call) => (await repeat(call, (reply) => reply)) as Reply, read, readAll };
}

type Progress = { call: Call; attempt: number; attempts: number; refreshed: boolean };

/** What to do about a failure. */
function nextStep({ error, answered }: Failure, { call, attempt, attempts, refreshed }: Progress): 'throw' | 'done' | 'wait' | 'sign-in' {
  if (call.upload !== undefined && 'stream' in call.upload) return 'throw';
  // An attempt before, whose answer was lost, did it.
  if (call.method === 'DELETE' && attempt > 1 && error.code === 'notFound') return 'done';
  if (error.code === 'unauthenticated' && answered && !refreshed) return 'sign-in';
  // The request of an attempt before is still being carried out: that ends.
  if (error.reason === 'idempotencyKeyInFlight') return 'wait';
  return error.code === 'unavailable' && attempt < attempts ? 'wait' : 'throw';
}
