import { Option, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { watchRuns } from '../setup/watch-runs.ts';
import { toWhole } from './to-whole.ts';

type Options = { dryRun?: boolean; stage?: boolean; profile?: string; revision?: number; log?: boolean };

export function addHostPrepare(parent: Command, cli: Cli): void {
  parent
    .command('prepare')
    .description('Make hosts what their profile says: engine, settings, driver; a second time changes nothing')
    .argument('<host...>', 'their names or ids')
    .addOption(new Option('--dry-run', 'only say what would change').conflicts('stage'))
    .option('--stage', 'only fetch what will be needed: nothing that runs changes')
    .option('--profile <name>', 'the one that the host has, or was to have, unless said; `default` for a new host')
    .option('--revision <number>', 'of the profile; the newest unless said', toWhole)
    .option('--log', 'print what each step prints')
    .action(async (hosts: string[], { dryRun, stage, profile, revision, log }: Options) => {
      const kind = dryRun === true ? 'check' : stage === true ? 'stage' : 'apply';
      await watchRuns(cli, { hosts, work: kind, log, begin: (client, host) => client.setups.create(host, { kind, profile, revision }) });
    });
}
