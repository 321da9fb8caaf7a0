import type { Connection } from '../connect.ts';
import type { JoinToken, NewJoinToken } from '../types.ts';

/** Calls on the tokens that hosts join with, for administrators. */
export function joinTokenCalls({ read, readAll }: Connection) {
  return {
    create: async (token: { ttlSeconds?: number; uses?: number } = {}) => (await read<NewJoinToken>({ method: 'POST', path: '/v1/join-tokens', json: token })).answer,
    list: () => readAll<JoinToken>('joinTokens', { path: '/v1/join-tokens' }),
    delete: async (id: string): Promise<void> => void (await read({ method: 'DELETE', path: `/v1/join-tokens/${encodeURIComponent(id)}` })),
  };
}
