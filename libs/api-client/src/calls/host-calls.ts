import type { Connection } from '../connect.ts';
import type { Wait } from './instance-calls.ts';
import type { Host } from '../types.ts';

/** Calls on hosts, for administrators. */
export function hostCalls({ read, readAll }: Connection) {
  const path = (idOrName: string) => `/v1/hosts/${encodeURIComponent(idOrName)}`;
  return {
    list: () => readAll<Host>('hosts', { path: '/v1/hosts' }),
    get: async (idOrName: string) => (await read<Host>({ method: 'GET', path: path(idOrName) })).answer,
    update: async (idOrName: string, change: { enabled: boolean; reason?: string }) => (await read<Host>({ method: 'PATCH', path: path(idOrName), json: change })).answer,
    revoke: async (idOrName: string) => (await read<Host>({ method: 'POST', path: `${path(idOrName)}/revoke` })).answer,
    /** Has it forgotten. `gone`: it is; else it goes on by itself. */
    delete: async (idOrName: string, { force, waitSeconds }: { force?: boolean } & Wait = {}) => {
      const { status } = await read({ method: 'DELETE', path: path(idOrName), query: { force, ...(waitSeconds === undefined ? {} : { wait: 'deleted', timeout: waitSeconds }) } });
      return { gone: status === 204 };
    },
  };
}
