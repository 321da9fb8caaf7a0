import type { Connection } from '../connect.ts';
import type { Call } from '../to-outgoing.ts';
import type { Instance, InstanceStats, NewInstance } from '../types.ts';

/** How long to wait until it is done; without it the answer comes once it is accepted. */
export type Wait = { waitSeconds?: number };

/** The actions, and the status that each leads to. */
const verbs = { start: 'active', stop: 'shutoff', reboot: 'active', 'reboot-hard': 'active', pause: 'paused', unpause: 'active' } as const;
export type InstanceVerb = keyof typeof verbs;

export type LogRequest = { tail?: number; follow?: boolean; since?: string };

/** Calls on instances. `reached`: it was done before the time to wait was over. */
export function instanceCalls({ open, read, readAll }: Connection) {
  const path = (idOrName: string) => `/v1/instances/${encodeURIComponent(idOrName)}`;
  return {
    list: (query: { name?: string; status?: string; host?: string; allProjects?: boolean } = {}) => readAll<Instance>('instances', { path: '/v1/instances', query }),

    get: async (idOrName: string) => (await read<Instance>({ method: 'GET', path: path(idOrName) })).answer,

    create: async (instance: NewInstance, wait: Wait = {}) => {
      const { status, answer } = await read<{ instances: Instance[] }>({ method: 'POST', path: '/v1/instances', query: toQuery('active', wait), json: instance });
      return { instances: answer.instances, reached: status === 201 };
    },

    act: async (idOrName: string, verb: InstanceVerb, wait: Wait = {}) => {
      const { status, answer } = await read<Instance>({ method: 'POST', path: `${path(idOrName)}/${verb}`, query: toQuery(verbs[verb], wait) });
      return { instance: answer, reached: status === 200 };
    },

    delete: async (idOrName: string, wait: Wait = {}) => {
      const { status } = await read({ method: 'DELETE', path: path(idOrName), query: toQuery('deleted', wait) });
      return { reached: status === 204 };
    },

    /** What it wrote to its console; with `follow` also what it writes until it stops, or `signal`. */
    async *logs(idOrName: string, query: LogRequest = {}, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
      const { body } = await open({ method: 'GET', path: `${path(idOrName)}/logs`, query, signal });
      yield* body as AsyncIterable<Uint8Array>;
    },

    stats: async (idOrName: string) => (await read<InstanceStats>({ method: 'GET', path: `${path(idOrName)}/stats` })).answer,
  };
}

function toQuery(status: string, { waitSeconds }: Wait): Call['query'] {
  return waitSeconds === undefined ? {} : { wait: status, timeout: waitSeconds };
}
