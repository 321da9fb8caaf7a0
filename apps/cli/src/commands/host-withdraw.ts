import { CloudError } from '@novadock/model';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function addHostWithdraw(parent: Command, cli: Cli): void {
  parent.command('withdraw').description('Withdraw the run that a host has not begun').argument('<host>', 'its name or id').action(async (host: string) => {
    const client = await cli.connect();
    const run = await client.setups.newest(host);
    if (run === undefined || run.finishedAt !== null) throw new CloudError('conflict', `Host ${host} has no run to do.`, { reason: 'setupRunNotFound' });
    await client.setups.delete(host, run.id);
    cli.note(`Run ${run.id} (${run.kind}) of ${host} is withdrawn.`);
  });
}
