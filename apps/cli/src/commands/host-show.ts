import type { Host } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Column } from '../format/column.ts';
import { hostColumns } from './host-list.ts';

const fields: Column<Host>[] = [
  ...hostColumns,
  { title: 'Disk', value: ({ used, capacity }) => `${used.diskGb}/${capacity.diskGb} GB` },
  { title: 'Disabled because', value: ({ disabledReason }) => disabledReason },
  { title: 'Id', value: ({ id }) => id },
  { title: 'Address', value: ({ address }) => address },
  { title: 'Zone', value: ({ availabilityZone }) => availabilityZone },
  { title: 'System', value: ({ facts }) => facts && `${facts.operatingSystem}, ${facts.kernel}, ${facts.architecture}` },
  { title: 'CPU', value: ({ facts }) => facts && facts.cpuModel },
  { title: 'Booted', value: ({ facts }) => facts && facts.bootedAt },
  { title: 'Agent', value: ({ facts }) => facts && facts.agentVersion },
  { title: 'Storage driver', value: ({ facts }) => facts && facts.engine.storageDriver },
  { title: 'Live restore', value: ({ facts }) => facts && facts.engine.liveRestore },
];

export function addHostShow(parent: Command, cli: Cli): void {
  parent.command('show').description('Show a host').argument('<host>', 'its name or id').action(async (name: string) => {
    const client = await cli.connect();
    await cli.show(await client.hosts.get(name), fields);
  });
}
