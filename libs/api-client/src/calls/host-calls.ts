import type { Connection } from '../connect.ts';
import type { Host } from '../types.ts';

/** Calls on hosts, for administrators. */
export function hostCalls({ read, readAll }: Connection) {
  const path = (idOrName: string) => `/v1/hosts/${encodeURIComponent(idOrName)}`;
  return {
    list: () => readAll<Host>('hosts', { path: '/v1/hosts' }),
    get: async (idOrName: string) => (await read<Host>({ method: 'GET', path: path(idOrName) })).answer,
    update: async (idOrName: string, change: { enabled: boolean; reason?: string }) => (await read<Host>({ method: 'PATCH', path: path(idOrName), json: change })).answer,
    delete: async (idOrName: string): Promise<void> => void (await read({ method: 'DELETE', path: path(idOrName) })),
  };
}
