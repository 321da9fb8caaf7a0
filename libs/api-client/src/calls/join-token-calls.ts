import { text } from 'node:stream/consumers';
import type { Connection } from '../connect.ts';
import type { JoinToken, NewJoinToken } from '../types.ts';

/** Calls on the tokens that hosts join with, for administrators. */
export function joinTokenCalls({ open, read, readAll }: Connection) {
  return {
    create: async (token: { ttlSeconds?: number; uses?: number; labels?: Record<string, string> } = {}) => (await read<NewJoinToken>({ method: 'POST', path: '/v1/join-tokens', json: token })).answer,
    list: () => readAll<JoinToken>('joinTokens', { path: '/v1/join-tokens' }),
    delete: async (id: string): Promise<void> => void (await read({ method: 'DELETE', path: `/v1/join-tokens/${encodeURIComponent(id)}` })),
    /** What machines run with a token to become hosts: a shell's script. */
    script: async (): Promise<string> => text((await open({ method: 'GET', path: '/v1/join.sh' })).body),
  };
}
