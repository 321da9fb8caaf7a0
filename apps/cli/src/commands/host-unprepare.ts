import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { watchRuns } from '../setup/watch-runs.ts';

export function addHostUnprepare(parent: Command, cli: Cli): void {
  parent
    .command('unprepare')
    .description('Take back what preparing hosts changed; their agents stay')
    .argument('<host...>', 'their names or ids')
    .option('--force', 'although instances live there: they stop with the engine, and start when the host is prepared again')
    .option('--log', 'print what each step prints')
    .action(async (hosts: string[], { force, log }: { force?: boolean; log?: boolean }) => {
      await watchRuns(cli, { hosts, work: 'undo', log, begin: (client, host) => client.setups.create(host, { kind: 'undo', force }) });
    });
}
