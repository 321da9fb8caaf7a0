import { CloudError } from '@novadock/model';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { watchRuns } from '../setup/watch-runs.ts';

export function addHostWatch(parent: Command, cli: Cli): void {
  parent
    .command('watch')
    .description('Show the newest run of hosts, from its beginning until its end')
    .argument('<host...>', 'their names or ids')
    .option('--log', 'print what each step printed')
    .action(async (hosts: string[], { log }: { log?: boolean }) => {
      const client = await cli.connect();
      const runs = new Map(await Promise.all(hosts.map(async (host) => [host, (await client.setups.newest(host))] as const)));
      const kinds = new Set([...runs.values()].map((run) => run?.kind));
      await watchRuns(cli, {
        hosts, log, work: (kinds.size === 1 ? [...kinds][0] : undefined) ?? 'apply',
        begin: async (_client, host) => {
          const run = runs.get(host);
          if (run === undefined) throw new CloudError('notFound', `Nothing was ever done to prepare ${host}: novadock host prepare ${host}`, { reason: 'setupRunNotFound' });
          return run;
        },
      });
    });
}
