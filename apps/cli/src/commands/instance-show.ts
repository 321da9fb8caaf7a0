import type { Instance } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { memory, status } from '../format/cells.ts';
import type { Column } from '../format/column.ts';

export const instanceFields: Column<Instance>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Id', value: ({ id }) => id },
  { title: 'Status', value: (instance, colors) => status(instance.status, colors) },
  { title: 'Task', value: ({ task }) => task },
  { title: 'Fault', value: ({ fault }, colors) => fault && colors.red(fault.message) },
  { title: 'Exit code', value: ({ exitCode, oomKilled }) => (oomKilled ? `${exitCode} (out of memory)` : exitCode) },
  { title: 'Host', value: ({ host }) => host },
  { title: 'Addresses', value: ({ addresses }) => addresses.map(({ network, address }) => `${network}=${address}`).join(', ') },
  { title: 'Image', value: ({ imageId }) => imageId },
  { title: 'Flavor', value: ({ flavor }) => `${flavor.name} (${flavor.vcpus} vcpus, ${memory(flavor.memoryMb)}, ${flavor.diskGb} GB)` },
  { title: 'Key', value: ({ key }) => key },
  { title: 'Metadata', value: ({ metadata }) => Object.entries(metadata).map(([key, value]) => `${key}=${value}`).join(', ') },
  { title: 'Tags', value: ({ tags }) => tags.join(', ') },
  { title: 'Created', value: ({ createdAt }) => createdAt },
  { title: 'Started', value: ({ startedAt }) => startedAt },
  { title: 'Finished', value: ({ finishedAt }) => finishedAt },
];

export function addInstanceShow(parent: Command, cli: Cli): void {
  parent.command('show').description('Show an instance').argument('<instance>', 'its name or id').action(async (name: string) => {
    const client = await cli.connect();
    await cli.show(await client.instances.get(name), instanceFields);
  });
}
