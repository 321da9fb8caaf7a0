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
  { title: 'Labels', value: ({ labels }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(' ') },
  { title: 'System', value: ({ facts }) => facts && `${facts.operatingSystem}, ${facts.kernel}, ${facts.architecture}` },
  { title: 'CPU', value: ({ facts }) => facts && facts.cpuModel },
  { title: 'Booted', value: ({ facts }) => facts && facts.bootedAt },
  { title: 'Agent', value: ({ facts }) => facts && facts.agentVersion },
  { title: 'Storage driver', value: ({ facts }) => facts && facts.engine.storageDriver },
  { title: 'Live restore', value: ({ facts }) => facts && facts.engine.liveRestore },
];

const steps: Column<Host['setup']['steps'][number]>[] = [
  { title: 'Step', value: ({ name }) => name },
  { title: 'State', value: ({ ok }, colors) => (ok ? colors.green('ok') : colors.yellow('drifted')) },
  { title: 'Title', value: ({ title }) => title },
  { title: 'Found', value: ({ detail }) => detail },
];

export function addHostShow(parent: Command, cli: Cli): void {
  parent.command('show').description('Show a host').argument('<host>', 'its name or id').action(async (name: string) => {
    const client = await cli.connect();
    const host = await client.hosts.get(name);
    await cli.show(host, fields);
    if (cli.format() !== 'table' || host.setup.steps.length === 0) return;
    await cli.write(`\nIts set-up, as checked at ${host.setup.checkedAt}:\n`);
    await cli.list(host.setup.steps, steps);
  });
}
