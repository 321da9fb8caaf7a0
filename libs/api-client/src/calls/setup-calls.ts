import type { Connection } from '../connect.ts';
import { followMessages } from '../follow-messages.ts';
import type { SetupEntry, SetupRun } from '../types.ts';

export type NewSetupRun = { kind: SetupRun['kind']; profile?: string; revision?: number; force?: boolean };

/** Calls on runs of hosts' set-ups, for administrators. Hosts by id or name. */
export function setupCalls(connection: Connection) {
  const { read, readAll } = connection;
  const path = (host: string, run?: string) => `/v1/hosts/${encodeURIComponent(host)}/setup-runs${run === undefined ? '' : `/${encodeURIComponent(run)}`}`;
  return {
    list: (host: string) => readAll<SetupRun>('runs', { path: path(host) }),
    /** Undefined where there was none. */
    newest: async (host: string) => (await read<{ runs: SetupRun[] }>({ method: 'GET', path: path(host), query: { limit: 1 } })).answer.runs[0],
    get: async (host: string, run: string) => (await read<SetupRun>({ method: 'GET', path: path(host, run) })).answer,
    create: async (host: string, wanted: NewSetupRun) => (await read<SetupRun>({ method: 'POST', path: path(host), json: wanted })).answer,
    /** Before its host was told of it. */
    delete: async (host: string, run: string): Promise<void> => void (await read({ method: 'DELETE', path: path(host, run) })),
    entries: (host: string, run: string) => readAll<SetupEntry>('entries', { path: `${path(host, run)}/entries`, headers: { accept: 'application/json' } }),
    /** All that a run has done and does, until it has ended, or `signal`; a connection that breaks is made again. */
    follow: (host: string, run: string, options: { signal?: AbortSignal; onLost?: () => void } = {}) =>
      followMessages<SetupEntry>(connection, { path: `${path(host, run)}/entries`, ...options, isLast: (entry) => (entry as SetupEntry).ended !== null }),
  };
}
