import type { JoinToken } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Column } from '../format/column.ts';

const columns: Column<JoinToken>[] = [
  { title: 'Id', value: ({ id }) => id },
  { title: 'Uses left', value: ({ usesLeft }) => usesLeft },
  { title: 'Created', value: ({ createdAt }) => createdAt },
  { title: 'Expires', value: ({ expiresAt }) => expiresAt },
];

export function addTokenList(parent: Command, cli: Cli): void {
  parent.command('list').description('List the tokens that can still be used').action(async () => {
    const client = await cli.connect();
    await cli.list(await client.joinTokens.list(), columns);
  });
}
