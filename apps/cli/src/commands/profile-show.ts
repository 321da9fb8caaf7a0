import type { HostProfile } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { changeLines } from './profile-set.ts';
import { toWhole } from './to-whole.ts';

export function addProfileShow(parent: Command, cli: Cli): void {
  parent
    .command('show')
    .description('Show a profile; with -o yaml as `profile set` takes it')
    .argument('<name>')
    .option('--revision <number>', 'the newest unless said', toWhole)
    .action(async (name: string, options: { revision?: number }) => {
      const client = await cli.connect();
      const { profile, changes } = await client.profiles.get(name, options);
      if (cli.format() !== 'table') return cli.show(profile, []);
      await cli.write(`${await describe(profile)}${changes.length === 0 ? '' : `\nSince revision ${profile.revision - 1}:\n${changeLines(changes)}`}`);
    });
}

/** For people, its settings are best read as YAML as well. */
async function describe({ name, revision, hash: _hash, createdAt, warnings, ...settings }: HostProfile): Promise<string> {
  const { stringify } = await import('yaml');
  const head = `# ${name}, revision ${revision}, of ${createdAt}\n`;
  return `${head}${warnings.map((warning) => `# Note: ${warning}\n`).join('')}${stringify(settings)}`;
}
