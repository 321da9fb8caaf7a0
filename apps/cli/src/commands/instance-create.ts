import type { Client, NewInstance } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import { InvalidArgumentError, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { instanceFields } from './instance-show.ts';
import { notDone, waitOption } from './wait-option.ts';

type Options = { image: string; flavor: string; network: string[]; key?: string; metadata: Record<string, string>; tag: string[]; host?: string; count: number; wait?: number };

export function addInstanceCreate(parent: Command, cli: Cli): void {
  parent
    .command('create')
    .description('Boot an instance')
    .argument('<name>')
    .argument('[command...]', "what to run instead of the image's own command, after --")
    .requiredOption('--image <image>', 'its name or id')
    .requiredOption('--flavor <flavor>', 'its name or id')
    .option('--network <network>', 'its name or id, an interface each; the only one there is unless said', collect, [])
    .option('--key <name>', 'the keypair that may log in')
    .option('--metadata <key=value>', 'also variables of its environment', collectPair, {})
    .option('--tag <tag>', 'a label', collect, [])
    .option('--host <name>', 'only this host (administrators)')
    .option('--count <number>', 'so many, named NAME-1, NAME-2, …', toCount, 1)
    .addOption(waitOption())
    .action((name: string, command: string[], options: Options) => create(cli, name, command, options));
}

async function create(cli: Cli, name: string, command: string[], { network, tag, wait, ...options }: Options): Promise<void> {
  const client = await cli.connect();
  const wanted: NewInstance = { name, ...options, tags: tag, ...(network.length === 0 ? {} : { networks: network }), ...(command.length === 0 ? {} : { command }) };
  const { instances, reached } = await client.instances.create(wanted, { waitSeconds: wait }).catch((error: unknown) => explain(cli, client, name, error));
  for (const instance of instances) await cli.show(instance, instanceFields);
  const failed = instances.find(({ status }) => status === 'error');
  if (failed !== undefined) throw new CloudError('conflict', `${failed.name} is in error: ${failed.fault?.message ?? 'see its fault'}`, { reason: 'instanceStatus' });
  if (wait !== undefined && !reached) throw notDone(name);
}

/** Shows the end of the log of an instance that ran and failed. */
async function explain(cli: Cli, client: Client, name: string, error: unknown): Promise<never> {
  if (error instanceof CloudError && error.reason === 'instanceStatus') {
    try {
      for await (const chunk of client.instances.logs(name, { tail: 10 })) cli.io.stderr.write(chunk);
    } catch {
      // The error itself says more than why there is no log.
    }
  }
  throw error;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function collectPair(pair: string, before: Record<string, string>): Record<string, string> {
  const [key = '', ...value] = pair.split('=');
  if (key === '' || value.length === 0) throw new InvalidArgumentError('It must be KEY=VALUE.');
  return { ...before, [key]: value.join('=') };
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It must be 1 or more.');
  return count;
}
