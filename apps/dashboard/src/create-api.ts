import type { Fleet, Rollout } from '@novadock/api-client/browser';
import { CloudError } from '@novadock/model';
import { toApiError } from './api-error.ts';
import type { Order } from './orders.ts';

export type Api = {
  fleet(): Promise<Fleet>;
  /** Carried out once, also when its answer is lost and it is sent again. */
  order(rollout: string, order: Order): Promise<Rollout>;
  /** The stream of events after the one with the id `lastId`. */
  openEvents(lastId: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
};

const retryMs = [300, 900, 2700];

/** The calls that the page makes. They throw CloudError: `unavailable` when nobody answers, `unauthenticated` when the session has ended. */
export function createApi({ token }: { token: string }): Api {
  const call = async (path: string, init: RequestInit = {}) => {
    const reply = await fetch(path, { ...init, headers: { ...init.headers, 'x-auth-token': token } }).catch((cause: unknown) => {
      throw new CloudError('unavailable', 'The control plane does not answer.', { cause });
    });
    if (!reply.ok) throw await toApiError(reply);
    return reply;
  };
  return {
    fleet: async () => (await (await call('/v1/fleet')).json()) as Fleet,
    openEvents: async (lastId, signal) => {
      const { body } = await call('/v1/events', { signal, headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) } });
      if (body === null) throw new CloudError('unavailable', 'The control plane sent no events.');
      return body;
    },
    order: async (rollout, { verb, body }) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: JSON.stringify(body ?? {}) };
      for (let attempt = 0; ; attempt += 1) {
        try {
          return (await (await call(`/v1/rollouts/${rollout}/${verb}`, init)).json()) as Rollout;
        } catch (error) {
          const waitMs = retryMs[attempt];
          if (!(error instanceof CloudError) || error.code !== 'unavailable' || waitMs === undefined) throw error;
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      }
    },
  };
}
