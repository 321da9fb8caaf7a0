import { CloudError } from '@novadock/model';
import { findKeypairRow, type Keypair, type Store } from '@novadock/store';

/** The keypair of a boot. Throws `invalid` when the user has none of that name. */
export async function findKeypair(store: Store, userId: string, name: string): Promise<Keypair> {
  const keypair = await findKeypairRow(store.prisma, userId, name);
  if (keypair === null) throw new CloudError('invalid', 'Invalid key_name provided.');
  return keypair;
}
