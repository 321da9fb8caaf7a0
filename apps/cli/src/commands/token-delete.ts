import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function addTokenDelete(parent: Command, cli: Cli): void {
  parent.command('delete').description('Make a token useless').argument('<id>').action(async (id: string) => {
    const client = await cli.connect();
    await client.joinTokens.delete(id);
  });
}
