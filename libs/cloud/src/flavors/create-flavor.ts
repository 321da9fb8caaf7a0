import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';
import { findFlavorByName, findFlavorRow, insertFlavors, type Flavor, type NewFlavor } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** Adds a flavor, with a new UUID when it brings no id. Throws `conflict` when its id or its name is taken. */
export async function createFlavor(cloud: Cloud, flavor: Omit<NewFlavor, 'id'> & { id?: string }): Promise<Flavor> {
  const { prisma } = cloud.store;
  const id = flavor.id ?? randomUUID();
  if ((await insertFlavors(prisma, [{ ...flavor, id }])) === 0) {
    const taken = (await findFlavorByName(prisma, flavor.name)) === null || (await findFlavorRow(prisma, id)) !== null ? `ID ${id}` : `name ${flavor.name}`;
    throw new CloudError('conflict', `Flavor with ${taken} already exists.`);
  }
  return (await findFlavorRow(prisma, id)) as Flavor;
}
