import type { Connection } from '../connect.ts';
import type { HostProfile, ProfileChange } from '../types.ts';

/** Calls on profiles of hosts, for administrators. `changes`: against the revision before. */
export function profileCalls({ read, readAll }: Connection) {
  const path = (name: string) => `/v1/profiles/${encodeURIComponent(name)}`;
  return {
    list: () => readAll<HostProfile>('profiles', { path: '/v1/profiles' }),
    get: async (name: string, query: { revision?: number } = {}) => (await read<{ profile: HostProfile; changes: ProfileChange[] }>({ method: 'GET', path: path(name), query })).answer,
    /** `changed`: there is a new revision. */
    put: async (name: string, settings: object) => {
      const { status, answer } = await read<{ profile: HostProfile; changes: ProfileChange[] }>({ method: 'PUT', path: path(name), json: settings });
      return { ...answer, changed: status === 201 };
    },
  };
}
