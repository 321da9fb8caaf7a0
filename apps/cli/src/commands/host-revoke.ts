import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function addHostRevoke(parent: Command, cli: Cli): void {
  parent.command('revoke').description('Cut a host off for good: nothing is said to it any more, and what runs there is left alone').argument('<host>', 'its name or id').action(async (name: string) => {
    const client = await cli.connect();
    await client.hosts.revoke(name);
    cli.note(`${name} is cut off. To have it back, forget it and let it join anew.`);
  });
}
