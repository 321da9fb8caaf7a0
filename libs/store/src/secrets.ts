import type { Store } from './open-store.ts';

/** The secret called `name`, made by `make` when there is none; replicas that ask at the same time all get the same one. */
export async function getOrCreateSecret(store: Store, name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const found = await store.prisma.secret.findUnique({ where: { name } });
  if (found) return Buffer.from(found.value);
  await store.prisma.secret.createMany({ data: { name, value: new Uint8Array(await make()) }, skipDuplicates: true });
  const { value } = await store.prisma.secret.findUniqueOrThrow({ where: { name } });
  return Buffer.from(value);
}

/** Writes the secret called `name`, whatever it was before. */
export async function setSecret(store: Store, name: string, value: Buffer): Promise<void> {
  const data = { value: new Uint8Array(value) };
  await store.prisma.secret.upsert({ where: { name }, create: { name, ...data }, update: data });
}
