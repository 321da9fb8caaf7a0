import type { HostProfile } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { age } from '../format/cells.ts';
import type { Column } from '../format/column.ts';

const columns: Column<HostProfile>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Revision', value: ({ revision }) => revision },
  { title: 'Engine', value: ({ engine }) => `${engine.source}${engine.version === '' ? '' : ` ${engine.version}`}` },
  { title: 'OpenStack node', value: ({ novaDocker }) => (novaDocker === null ? 'no' : 'yes') },
  { title: 'Age', value: ({ createdAt }) => age(createdAt) },
];

export function addProfileList(parent: Command, cli: Cli): void {
  parent.command('list').description('List profiles, each in its newest revision').action(async () => {
    const client = await cli.connect();
    await cli.list(await client.profiles.list(), columns);
  });
}
