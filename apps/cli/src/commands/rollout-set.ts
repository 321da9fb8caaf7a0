import { resolve } from 'node:path';
import { CloudError } from '@novadock/model';
import { Option, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { readYaml } from '../format/read-yaml.ts';
import { render } from '../rollout/watch-rollout.ts';
import { toWhole } from './to-whole.ts';

type Options = { maxInFlight?: string; perZone?: string; rate?: string; maxFailed?: string; consecutive?: number; onFailure?: string; window?: false; file?: string };

export function addRolloutSet(parent: Command, cli: Cli): void {
  parent
    .command('set')
    .description('Change how a paused rollout goes on; what is not named stays')
    .argument('<rollout>', 'r-1, r-2, …')
    .option('--max-in-flight <share>', 'so many hosts at once, or a percentage of all: 5, 10%')
    .option('--per-zone <number>', 'so many of a zone, `one-zone`: one zone at a time, `none`: no limit')
    .option('--rate <number>', 'so many hosts begun in a minute, `none`: no limit')
    .option('--max-failed <share>', 'so many failures a wave bears, or a percentage of it: 2, 5%')
    .option('--consecutive <number>', 'so many failures in a row stop it', toWhole)
    .addOption(new Option('--on-failure <action>', 'what happens then').choices(['pause', 'rollback', 'continue']))
    .option('--no-window', 'hosts may be changed at any time')
    .option('-f, --file <file>', 'YAML or JSON with any of maxInFlight, ratePerMinute, failure and window')
    .action(async (id: string, options: Options) => {
      const changes = await toChanges(cli, options);
      if (Object.keys(changes).length === 0) throw new CloudError('invalid', 'Say what is to be changed: see `novadock rollout set --help`.');
      const client = await cli.connect();
      const { etag } = await client.rollouts.get(id);
      const rollout = await client.rollouts.patch(id, etag, changes);
      if (cli.format() !== 'table') return cli.show(rollout, []);
      await cli.write(`${await render(cli, client, rollout)}\nIt goes on with \`novadock rollout resume ${id}\`.\n`);
    });
}

async function toChanges(cli: Cli, { file, maxInFlight, perZone, rate, maxFailed, consecutive, onFailure, window }: Options): Promise<object> {
  const given: { strategy?: object } = file === undefined ? {} : await readYaml(resolve(cli.io.cwd, file), 'a part of a strategy such as `maxInFlight: 5`.');
  const inFlight = defined({ hosts: toShare(maxInFlight), perZone: perZone === 'none' ? null : toShare(perZone) });
  const failure = defined({ max: toShare(maxFailed), consecutive, action: onFailure });
  return {
    ...(given.strategy ?? given),
    ...(inFlight === undefined ? {} : { maxInFlight: inFlight }),
    ...(failure === undefined ? {} : { failure }),
    ...(rate === undefined ? {} : { ratePerMinute: rate === 'none' ? null : toShare(rate) }),
    ...(window === false ? { window: null } : {}),
  };
}

/** "5" is a number of hosts; anything else is the server's to read, or to refuse. */
function toShare(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function defined(values: Record<string, unknown>): object | undefined {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
