import type { Network, Prisma } from './generated/client.ts';
import type { Transaction } from './open-store.ts';

export function insertNetwork(tx: Transaction, row: Prisma.NetworkUncheckedCreateInput): Promise<Network> {
  return tx.network.create({ data: row });
}

/** One of the networks that a project owns under this name. */
export function findNetworkByName(tx: Transaction, key: { projectId: string; name: string }): Promise<Network | null> {
  return tx.network.findFirst({ where: key });
}
