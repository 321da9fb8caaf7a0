import type { Instance } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { age, status } from '../format/cells.ts';
import type { Column } from '../format/column.ts';

const columns: Column<Instance>[] = [
  { title: 'Id', value: ({ id }) => id },
  { title: 'Name', value: ({ name }) => name },
  { title: 'Status', value: (instance, colors) => `${status(instance.status, colors)}${instance.exitCode === null ? '' : ` (${instance.exitCode})`}` },
  { title: 'Task', value: ({ task }) => task },
  { title: 'Host', value: ({ host }) => host },
  { title: 'Addresses', value: ({ addresses }) => addresses.map(({ address }) => address).join(', ') },
  { title: 'Flavor', value: ({ flavor }) => flavor.name },
  { title: 'Age', value: ({ createdAt }) => age(createdAt) },
];

type Options = { status?: string; host?: string; allProjects?: boolean };

export function addInstanceList(parent: Command, cli: Cli): void {
  parent
    .command('list')
    .description('List instances')
    .option('--status <word>', 'only those: active, shutoff, error, …')
    .option('--host <name>', 'only those on that host')
    .option('--all-projects', 'those of others too (administrators)')
    .action(async (options: Options) => {
      const client = await cli.connect();
      await cli.list(await client.instances.list(options), columns);
    });
}
