import { insertFlavors, type Store } from '@novadock/store';

/** The flavors of a new cloud, which are Nova's of old; those that are there already stay as they are. */
export async function bootstrapFlavors(store: Store): Promise<void> {
  await insertFlavors(store.prisma, [
    { id: '1', name: 'm1.tiny', memoryMb: 512, vcpus: 1, diskGb: 1 },
    { id: '2', name: 'm1.small', memoryMb: 2048, vcpus: 1, diskGb: 20 },
    { id: '3', name: 'm1.medium', memoryMb: 4096, vcpus: 2, diskGb: 40 },
    { id: '4', name: 'm1.large', memoryMb: 8192, vcpus: 4, diskGb: 80 },
    { id: '5', name: 'm1.xlarge', memoryMb: 16384, vcpus: 8, diskGb: 160 },
  ]);
}
