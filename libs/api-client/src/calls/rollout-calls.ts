import type { Connection } from '../connect.ts';
import { followMessages } from '../follow-messages.ts';
import type { CloudEvent, Rollout, RolloutHost, RolloutLog, RolloutPlan } from '../types.ts';

/** `strategy`: as in docs/rollouts.md; what is left out has its default. `select`: all hosts unless said. */
export type NewRollout = { profile: string; revision?: number; select?: { labels?: Record<string, string>; hosts?: string[]; exclude?: string[] }; strategy?: object };

/** What a rollout can be ordered to do, with what goes with it. */
export type RolloutOrder = {
  start: undefined;
  approve: undefined;
  pause: undefined;
  resume: undefined;
  promote: undefined;
  retry: undefined;
  abort: { policy: 'keep' | 'revert' };
  rollback: { scope: 'touched' | 'failed' | { hosts: string[] } };
  skip: { hosts: string[] };
};

/** Calls on rollouts, for administrators. A rollout by its name: r-1. */
export function rolloutCalls(connection: Connection) {
  const { read, readAll } = connection;
  const path = (rollout: string, rest = '') => `/v1/rollouts/${encodeURIComponent(rollout)}${rest}`;
  return {
    /** What it would do; nothing is touched. */
    dryRun: async (wanted: NewRollout) => (await read<RolloutPlan>({ method: 'POST', path: '/v1/rollouts', query: { dryRun: true }, json: wanted })).answer,
    create: async (wanted: NewRollout) => (await read<Rollout>({ method: 'POST', path: '/v1/rollouts', json: wanted })).answer,
    list: (query: { state?: string } = {}) => readAll<Rollout>('rollouts', { path: '/v1/rollouts', query }),
    get: async (rollout: string, query: { wait?: 'succeeded' | 'settled'; timeout?: number } = {}) => (await read<Rollout>({ method: 'GET', path: path(rollout), query })).answer,
    plan: async (rollout: string) => (await read<RolloutPlan>({ method: 'GET', path: path(rollout, '/plan') })).answer,
    hosts: (rollout: string, query: { state?: string } = {}) => readAll<RolloutHost>('hosts', { path: path(rollout, '/hosts'), query: { ...query, limit: 1000 } }),
    log: async (rollout: string, host: string, query: { attempt?: number } = {}) => (await read<RolloutLog>({ method: 'GET', path: path(rollout, `/hosts/${encodeURIComponent(host)}/log`), query })).answer,
    order: async <Verb extends keyof RolloutOrder>(rollout: string, verb: Verb, body?: RolloutOrder[Verb]) => (await read<Rollout>({ method: 'POST', path: path(rollout, `/${verb}`), json: body })).answer,
    /** While it is paused. Throws `conflict` when it was changed since it was read with `etag`. */
    patch: async (rollout: string, etag: string, strategy: object) => (await read<Rollout>({ method: 'PATCH', path: path(rollout), headers: { 'if-match': etag }, json: { strategy } })).answer,
    /** What has happened in it, after an event. */
    events: (rollout: string, marker: string) => readAll<CloudEvent>('events', { path: path(rollout, '/events'), query: { marker }, headers: { accept: 'application/json' } }),
    /** All that has happened in it and happens, until `signal`; a connection that breaks is made again. */
    follow: (rollout: string, options: { after?: string; signal?: AbortSignal; onLost?: () => void } = {}) => followMessages<CloudEvent>(connection, { path: path(rollout, '/events'), ...options }),
  };
}
