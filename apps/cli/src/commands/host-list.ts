import type { Host } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { age, memory, status } from '../format/cells.ts';
import type { Column } from '../format/column.ts';

export const hostColumns: Column<Host>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'State', value: (host, colors) => `${status(host.up ? 'up' : 'down', colors)}${host.enabled ? '' : ', disabled'}` },
  { title: 'Engine', value: ({ engineReady, engineReason, facts }, colors) => (engineReady ? (facts?.engine.version ?? '') : colors.red(engineReason ?? 'not ready')) },
  { title: 'Instances', value: ({ instances }) => instances },
  { title: 'Vcpus', value: ({ used, capacity }) => `${used.vcpus}/${capacity.vcpus}` },
  { title: 'Memory', value: ({ used, capacity }) => `${memory(used.memoryMb)}/${memory(capacity.memoryMb)}` },
  { title: 'Seen', value: ({ lastSeenAt }) => age(lastSeenAt) },
];

export function addHostList(parent: Command, cli: Cli): void {
  parent.command('list').description('List hosts').action(async () => {
    const client = await cli.connect();
    await cli.list(await client.hosts.list(), hostColumns);
  });
}
