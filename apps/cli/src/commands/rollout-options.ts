import { resolve } from 'node:path';
import type { NewRollout } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { readYaml } from '../format/read-yaml.ts';
import { addLabel } from './add-label.ts';
import { toWhole } from './to-whole.ts';

export type RolloutOptions = { profile?: string; revision?: number; select?: Record<string, string>; host?: string[]; exclude?: string[]; file?: string };

/** What says which hosts are brought to what, and how. */
export function addRolloutOptions(command: Command): Command {
  return command
    .option('--profile <name>', 'the profile that hosts are brought to')
    .option('--revision <number>', 'of the profile; the newest unless said', toWhole)
    .option('--select <key=value>', 'only hosts with this label; may be repeated', addLabel)
    .option('--host <host...>', 'only these, by name or id')
    .option('--exclude <host...>', 'not these')
    .option('-f, --file <file>', 'YAML or JSON: the strategy; what it leaves out has its default');
}

export async function toNewRollout(cli: Cli, profile: string, { revision, select, host, exclude, file }: RolloutOptions): Promise<NewRollout> {
  const given: { strategy?: object } = file === undefined ? {} : await readYaml(resolve(cli.io.cwd, file), 'a strategy such as `canary: {count: 1}`.');
  // With or without the word `strategy` above it.
  return { profile, revision, strategy: given.strategy ?? given, select: { labels: select, hosts: host, exclude } };
}
