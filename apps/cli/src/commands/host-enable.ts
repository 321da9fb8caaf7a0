import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function addHostEnable(parent: Command, cli: Cli): void {
  parent.command('enable').description('Let a host take new instances').argument('<host>', 'its name or id').action(async (name: string) => {
    const client = await cli.connect();
    await client.hosts.update(name, { enabled: true });
    cli.note(`${name} takes new instances.`);
  });
}

export function addHostDisable(parent: Command, cli: Cli): void {
  parent.command('disable').description('Let a host take no new instances; those that are there stay').argument('<host>', 'its name or id').option('--reason <text>', 'why').action(async (name: string, options: { reason?: string }) => {
    const client = await cli.connect();
    await client.hosts.update(name, { enabled: false, reason: options.reason });
    cli.note(`${name} takes no new instances.`);
  });
}
