import type { JoinToken } from '@novadock/api-client';
import { InvalidArgumentError, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Column } from '../format/column.ts';
import { addLabel } from './add-label.ts';
import { parseDuration } from './parse-duration.ts';

type Options = { ttl: number; uses: number; label?: Record<string, string> };

const columns: Column<JoinToken>[] = [
  { title: 'Id', value: ({ id }) => id },
  { title: 'Uses left', value: ({ usesLeft }) => usesLeft },
  { title: 'Labels', value: ({ labels }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(' ') },
  { title: 'Created', value: ({ createdAt }) => createdAt },
  { title: 'Expires', value: ({ expiresAt }) => expiresAt },
];

export function addHostToken(parent: Command, cli: Cli): void {
  const command = parent
    .command('token')
    .description('Print the line that makes a machine a host; its token is shown once')
    .option('--ttl <time>', 'how long it can be used: 90s, 10m, 1h, 7d', parseDuration, 3600)
    .option('--uses <number>', 'how many machines can join with it', toCount, 1)
    .option('--label <key=value>', 'a label of the hosts, zone=… is their availability zone; may be repeated', addLabel)
    .action(async ({ ttl, uses, label }: Options) => {
      const client = await cli.connect();
      const made = await client.joinTokens.create({ ttlSeconds: ttl, uses, labels: label });
      if (cli.format() !== 'table') return cli.show(made, []);
      await cli.write(`${made.joinCommand}\n`);
      return cli.note(`For ${uses === 1 ? 'one machine' : `${uses} machines`}, until ${made.expiresAt}. \`novadock host token revoke ${made.id}\` ends it before.`);
    });
  command.command('list').description('List the tokens that can still be used').action(async () => {
    const client = await cli.connect();
    await cli.list(await client.joinTokens.list(), columns);
  });
  command.command('revoke').description('Make a token useless').argument('<id>').action(async (id: string) => {
    const client = await cli.connect();
    await client.joinTokens.delete(id);
    cli.note(`Nobody can join with ${id} any more.`);
  });
}

function toCount(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be 1 or more.');
  return number;
}
