import type { NewJoinToken } from '@novadock/api-client';
import { InvalidArgumentError, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Column } from '../format/column.ts';

const fields: Column<NewJoinToken>[] = [
  { title: 'Token', value: ({ token }) => token },
  { title: 'Id', value: ({ id }) => id },
  { title: 'Expires', value: ({ expiresAt }) => expiresAt },
  { title: 'Run on the host', value: ({ joinCommand }) => joinCommand },
];

type Options = { ttl: number; uses: number };

export function addTokenCreate(parent: Command, cli: Cli): void {
  parent
    .command('create')
    .description('Make a token that hosts join with; it is shown once')
    .option('--ttl <seconds>', 'how long it can be used', toNumber, 3600)
    .option('--uses <number>', 'how many hosts it can enrol', toNumber, 1)
    .action(async ({ ttl, uses }: Options) => {
      const client = await cli.connect();
      await cli.show(await client.joinTokens.create({ ttlSeconds: ttl, uses }), fields);
    });
}

function toNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be 1 or more.');
  return number;
}
