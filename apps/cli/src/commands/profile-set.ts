import { resolve } from 'node:path';
import type { ProfileChange } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { readYaml } from '../format/read-yaml.ts';

/** What `profile show` says of a profile besides its settings. */
const notSettings = ['name', 'revision', 'hash', 'createdAt', 'warnings'];

export function addProfileSet(parent: Command, cli: Cli): void {
  parent
    .command('set')
    .description('Say what hosts of a profile are to be: a new revision, unless the newest says the same')
    .argument('<name>')
    .requiredOption('-f, --file <file>', 'YAML or JSON; what it leaves out is as in the built-in default')
    .action(async (name: string, { file }: { file: string }) => {
      const settings = await readSettings(resolve(cli.io.cwd, file));
      const client = await cli.connect();
      const { profile, changes, changed } = await client.profiles.put(name, settings);
      for (const warning of profile.warnings) cli.note(`Note: ${warning}`);
      if (cli.format() !== 'table') return cli.show(profile, []);
      await cli.write(changed ? `${changeLines(changes)}${name} has revision ${profile.revision} now. Hosts get it with \`novadock host prepare\`.\n` : `Nothing changed: revision ${profile.revision} of ${name} says the same.\n`);
    });
}

/** What differs, a line each. */
export function changeLines(changes: ProfileChange[]): string {
  return changes.map(({ field, before, after }) => `  ${field}: ${before === null ? '' : `${JSON.stringify(before)} `}→ ${after === null ? '(left out)' : JSON.stringify(after)}\n`).join('');
}

async function readSettings(file: string): Promise<object> {
  const settings = await readYaml(file, 'settings such as `engine:`; see `novadock profile show default -o yaml`.');
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !notSettings.includes(key)));
}
