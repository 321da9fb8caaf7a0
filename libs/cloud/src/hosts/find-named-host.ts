import { CloudError } from '@novadock/model';
import { findHost, isUuid, type Host, type Store, type Transaction } from '@novadock/store';

/** A host by its id or name. Throws `notFound`. */
export async function findNamedHost(db: Store['prisma'] | Transaction, idOrName: string): Promise<Host> {
  const host = (isUuid(idOrName) ? await findHost(db, { id: idOrName }) : null) ?? (await findHost(db, { name: idOrName }));
  if (host === null) throw new CloudError('notFound', `There is no host ${idOrName}.`, { reason: 'hostNotFound' });
  return host;
}
