import type { Prisma, Subnet } from './generated/client.ts';
import type { Transaction } from './open-store.ts';

export function insertSubnet(tx: Transaction, row: Prisma.SubnetUncheckedCreateInput): Promise<Subnet> {
  return tx.subnet.create({ data: row });
}
