import type { JoinToken } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Adds a token; those that expired more than a day ago are forgotten. */
export async function insertJoinToken(store: Store, token: { id: string; secretHash: string; usesLeft: number; expiresAt: Date; labels: Record<string, string> }): Promise<JoinToken> {
  await store.prisma.joinToken.deleteMany({ where: { expiresAt: { lt: new Date(Date.now() - dayMs) } } });
  return store.prisma.joinToken.create({ data: token });
}

/** The tokens that can still be used, newest first. */
export function listJoinTokenRows(store: Store): Promise<JoinToken[]> {
  return store.prisma.joinToken.findMany({ where: { usesLeft: { gt: 0 }, expiresAt: { gt: new Date() } }, orderBy: { createdAt: 'desc' } });
}

/** Uses up one use of a token and gives it; null when there is no such token, or it is used up or expired. */
export async function useJoinToken(tx: Transaction, id: string, secretHash: string): Promise<JoinToken | null> {
  const used = await tx.joinToken.updateManyAndReturn({ where: { id, secretHash, usesLeft: { gt: 0 }, expiresAt: { gt: new Date() } }, data: { usesLeft: { decrement: 1 } } });
  return used[0] ?? null;
}

/** Deletes a token; false when there is none. */
export async function deleteJoinTokenRow(store: Store, id: string): Promise<boolean> {
  return (await store.prisma.joinToken.deleteMany({ where: { id } })).count === 1;
}
