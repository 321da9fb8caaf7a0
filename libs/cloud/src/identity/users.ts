import { CloudError } from '@novadock/model';
import { deleteUserRow, findUser, insertUser, listUserRows, updateUserRow, type User } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { newId } from './bootstrap-identity.ts';
import { notFound, refuseDuplicate } from './failures.ts';
import { hashPassword, impossibleHash } from './password-checker.ts';

export type UserChange = { name?: string; password?: string | null; description?: string; email?: string | null; enabled?: boolean; defaultProjectId?: string | null };

/** All users, by name. */
export function listUsers({ store }: Cloud): Promise<User[]> {
  return listUserRows(store);
}

/** Throws `notFound`. */
export async function getUser({ store }: Cloud, id: string): Promise<User> {
  const user = await findUser(store.prisma, id);
  if (user === null) throw notFound('user', id);
  return user;
}

/** Without a password the user cannot sign in. Throws `conflict` when the name is taken. */
export async function createUser({ store }: Cloud, { password, ...user }: UserChange & { name: string }): Promise<User> {
  const passwordHash = await hashOf(password ?? null);
  return refuseDuplicate('user', user.name, () => insertUser(store.prisma, { id: newId(), passwordHash, ...user }));
}

/** A new password voids the tokens that were issued by the old one. Throws `notFound`, or `conflict` when the new name is taken. */
export async function updateUser({ store }: Cloud, id: string, { password, ...change }: UserChange): Promise<User> {
  const passwordHash = password === undefined ? undefined : await hashOf(password);
  const user = await refuseDuplicate('user', change.name, () => updateUserRow(store.prisma, id, { ...change, passwordHash }));
  if (user === undefined) throw notFound('user', id);
  return user;
}

/** Changes the password of a user who knows it. Throws `unauthenticated` when they do not. */
export async function changePassword(cloud: Cloud, id: string, { originalPassword, password }: { originalPassword: string; password: string }): Promise<void> {
  const { passwordHash } = await getUser(cloud, id);
  const isRight = await cloud.passwords.verify({ subjectId: id, password: originalPassword, hash: passwordHash });
  if (!isRight) throw new CloudError('unauthenticated', 'The original password is wrong.');
  await updateUser(cloud, id, { password });
}

/** Deletes a user with their roles and application credentials. Throws `notFound`. */
export async function deleteUser({ store }: Cloud, id: string): Promise<void> {
  if (!(await deleteUserRow(store, id))) throw notFound('user', id);
}

async function hashOf(password: string | null): Promise<string> {
  return password === null ? impossibleHash : hashPassword(password);
}
