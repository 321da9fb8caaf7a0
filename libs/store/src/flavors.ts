import type { Flavor, Prisma } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

export type NewFlavor = Prisma.FlavorUncheckedCreateInput;

/** `visibleTo`: only what is public or this project has access to. Sorted by `sort`, then by id; `marker` is the id of the one before the first. */
export type FlavorFilter = {
  isPublic?: boolean;
  visibleTo?: string;
  minMemoryMb?: number;
  minDiskGb?: number;
  sort: { key: FlavorSortKey; direction: 'asc' | 'desc' };
  limit?: number;
  marker?: string;
};

export type FlavorSortKey = 'id' | 'name' | 'createdAt' | 'description' | 'disabled' | 'ephemeralGb' | 'isPublic' | 'memoryMb' | 'diskGb' | 'rxtxFactor' | 'swapMb' | 'vcpus';

export function listFlavorRows(store: Store, { visibleTo, minMemoryMb, minDiskGb, ...filter }: FlavorFilter): Promise<Flavor[]> {
  return store.prisma.flavor.findMany({
    where: {
      isPublic: filter.isPublic,
      memoryMb: { gte: minMemoryMb },
      diskGb: { gte: minDiskGb },
      ...(visibleTo === undefined ? {} : { OR: visibleToProject(visibleTo) }),
    },
    orderBy: [{ [filter.sort.key]: filter.sort.direction }, { id: filter.sort.direction }],
    take: filter.limit,
    ...(filter.marker === undefined ? {} : { cursor: { id: filter.marker }, skip: 1 }),
  });
}

/** A flavor, of those that a project may use when `visibleTo` names one. */
export function findFlavorRow(db: Store['prisma'] | Transaction, id: string, visibleTo?: string): Promise<Flavor | null> {
  return db.flavor.findFirst({ where: { id, ...(visibleTo === undefined ? {} : { OR: visibleToProject(visibleTo) }) } });
}

export function findFlavorByName(db: Store['prisma'] | Transaction, name: string): Promise<Flavor | null> {
  return db.flavor.findUnique({ where: { name } });
}

/** Adds a flavor, or none when its id or its name is taken; returns how many it added. */
export async function insertFlavors(db: Store['prisma'] | Transaction, flavors: NewFlavor[]): Promise<number> {
  return (await db.flavor.createMany({ data: flavors, skipDuplicates: true })).count;
}

export async function setFlavorDescription(store: Store, id: string, description: string | null): Promise<Flavor | undefined> {
  return (await store.prisma.flavor.updateManyAndReturn({ where: { id }, data: { description } }))[0];
}

/** Sets some extra specs of a flavor and leaves the others; false when there is no such flavor. */
export async function mergeExtraSpecs(store: Store, id: string, specs: Record<string, string>): Promise<boolean> {
  return (await store.prisma.$executeRaw`UPDATE "Flavor" SET "extraSpecs" = "extraSpecs" || ${JSON.stringify(specs)}::jsonb WHERE id = ${id}`) === 1;
}

/** Removes an extra spec; false when the flavor has none of that name. */
export async function removeExtraSpec(store: Store, id: string, key: string): Promise<boolean> {
  return (await store.prisma.$executeRaw`UPDATE "Flavor" SET "extraSpecs" = "extraSpecs" - ${key}::text WHERE id = ${id} AND jsonb_exists("extraSpecs", ${key})`) === 1;
}

/** Lets a project use a flavor; false when it may already. */
export async function addFlavorAccess(store: Store, id: string, projectId: string): Promise<boolean> {
  return (await store.prisma.$executeRaw`
    UPDATE "Flavor" SET "accessProjectIds" = array_append("accessProjectIds", ${projectId}) WHERE id = ${id} AND NOT coalesce(${projectId} = ANY("accessProjectIds"), false)`) === 1;
}

/** Takes a flavor from a project; false when it had no access. */
export async function removeFlavorAccess(store: Store, id: string, projectId: string): Promise<boolean> {
  return (await store.prisma.$executeRaw`
    UPDATE "Flavor" SET "accessProjectIds" = array_remove("accessProjectIds", ${projectId}) WHERE id = ${id} AND ${projectId} = ANY("accessProjectIds")`) === 1;
}

/** Deletes a flavor; false when there is none. */
export async function deleteFlavorRow(store: Store, id: string): Promise<boolean> {
  return (await store.prisma.flavor.deleteMany({ where: { id } })).count === 1;
}

function visibleToProject(projectId: string): Prisma.FlavorWhereInput[] {
  return [{ isPublic: true }, { accessProjectIds: { has: projectId } }];
}
