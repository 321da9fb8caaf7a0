import type { InstanceAction } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

export type NewAction = { instanceId: string; action: string; requestId: string; userId: string; projectId: string; generation: number };

/** Notes that an action was asked for; it ends when its generation is reached. A repeated request id of one instance is one action. */
export async function startAction(tx: Transaction, action: NewAction): Promise<void> {
  await tx.instanceAction.createMany({ data: [action], skipDuplicates: true });
}

/** Ends the actions of an instance up to a generation. */
export async function finishActions(tx: Transaction, instanceId: string, generation: number, outcome: { result: string; message: string | null }): Promise<void> {
  await tx.instanceAction.updateMany({ where: { instanceId, generation: { lte: generation }, finishedAt: null }, data: { ...outcome, finishedAt: new Date() } });
}

/** Newest first. */
export async function listActionRows(store: Store, instanceId: string): Promise<InstanceAction[]> {
  return (await store.pool.query<InstanceAction>({ name: 'list-actions', text: 'SELECT * FROM "InstanceAction" WHERE "instanceId" = $1 ORDER BY id DESC', values: [instanceId] })).rows;
}

export function findActionRow(store: Store, instanceId: string, requestId: string): Promise<InstanceAction | null> {
  return store.prisma.instanceAction.findFirst({ where: { instanceId, requestId } });
}
