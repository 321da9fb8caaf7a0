import type { InstanceAction } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

export type NewAction = { instanceId: string; action: string; requestId: string; userId: string; projectId: string; generation: number };

/** Notes that an action was asked for; it ends when its generation is reached. A repeated request id of one instance is one action. */
export async function startAction(tx: Transaction, action: NewAction & { finished?: { result: string; message: string | null } }): Promise<void> {
  const { finished, ...data } = action;
  await tx.instanceAction.createMany({ data: [{ ...data, ...(finished === undefined ? {} : { ...finished, finishedAt: new Date() }) }], skipDuplicates: true });
}

/** Ends the actions of an instance up to a generation. */
export async function finishActions(tx: Transaction, instanceId: string, generation: number, outcome: { result: string; message: string | null }): Promise<void> {
  await tx.instanceAction.updateMany({ where: { instanceId, generation: { lte: generation }, finishedAt: null }, data: { ...outcome, finishedAt: new Date() } });
}

/** Newest first. */
export function listActionRows(store: Store, instanceId: string): Promise<InstanceAction[]> {
  return store.prisma.instanceAction.findMany({ where: { instanceId }, orderBy: { id: 'desc' } });
}

export function findActionRow(store: Store, instanceId: string, requestId: string): Promise<InstanceAction | null> {
  return store.prisma.instanceAction.findFirst({ where: { instanceId, requestId } });
}
