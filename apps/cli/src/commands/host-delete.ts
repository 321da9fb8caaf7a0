import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function addHostDelete(parent: Command, cli: Cli): void {
  parent.command('delete').description('Forget a host; refused while instances live there').argument('<host>', 'its name or id').action(async (name: string) => {
    const client = await cli.connect();
    await client.hosts.delete(name);
  });
}
