import { CloudError } from '@novadock/model';
import { deleteKeypairRow, findKeypairRow, listKeypairRows, type Keypair } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';

type Key = { name: string; userId?: string };

/** A page of the keypairs of the caller, or of another user for an administrator. Throws `invalid` when the marker is unknown. */
export async function listKeypairs(cloud: Cloud, auth: Auth, { userId = auth.userId, ...page }: { userId?: string; limit?: number; marker?: string } = {}): Promise<Keypair[]> {
  assertMayUse(auth, userId, 'index');
  if (page.marker !== undefined && (await findKeypairRow(cloud.store.prisma, userId, page.marker)) === null) {
    throw new CloudError('invalid', `Marker ${page.marker} could not be found.`);
  }
  return listKeypairRows(cloud.store, userId, page);
}

/** A keypair of the caller, or of another user for an administrator. Throws `notFound`. */
export async function getKeypair(cloud: Cloud, auth: Auth, { name, userId = auth.userId }: Key): Promise<Keypair> {
  assertMayUse(auth, userId, 'show');
  const keypair = await findKeypairRow(cloud.store.prisma, userId, name);
  if (keypair === null) throw noKeypair(name, userId);
  return keypair;
}

/** Deletes a keypair; instances keep their key. Throws `notFound`. */
export async function deleteKeypair(cloud: Cloud, auth: Auth, { name, userId = auth.userId }: Key): Promise<void> {
  assertMayUse(auth, userId, 'delete');
  if (!(await deleteKeypairRow(cloud.store, userId, name))) throw noKeypair(name, userId);
}

/** Throws `forbidden` when an ordinary user asks for another's keypairs. */
export function assertMayUse(auth: Auth, userId: string, verb: string): void {
  if (userId !== auth.userId && !auth.isAdmin) throw new CloudError('forbidden', `Policy doesn't allow os_compute_api:os-keypairs:${verb} to be performed.`);
}

function noKeypair(name: string, userId: string): CloudError {
  return new CloudError('notFound', `Keypair ${name} not found for user ${userId}`);
}
