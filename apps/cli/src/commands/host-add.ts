import { InvalidArgumentError, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { runOverSsh } from '../ssh/run-over-ssh.ts';
import { addLabel } from './add-label.ts';
import { parseDuration } from './parse-duration.ts';

type Options = { key?: string; port?: number; name?: string; address?: string; label?: Record<string, string>; ttl: number };

export function addHostAdd(parent: Command, cli: Cli): void {
  parent
    .command('add')
    .description('Make a machine a host, from here by ssh: as root, or as a user that may use sudo without a password')
    .argument('<[user@]machine>', 'as ssh takes it')
    .option('--key <file>', 'the private key to sign in with; else as ssh does by itself')
    .option('--port <number>', 'of its ssh server', toPort)
    .option('--name <name>', "the host's name; its own unless said")
    .option('--address <host:port>', 'where the control plane finds its agent; where its answers go unless said')
    .option('--label <key=value>', 'a label of the host; may be repeated', addLabel)
    .option('--ttl <time>', 'how long this may take, such as 30m', parseDuration, 3600)
    .action((target: string, options: Options) => addHost(target, options, cli));
}

/** The same as its operator would do there with the command of `novadock host token`. The token ends with it, used or not. */
async function addHost(target: string, { key, port, name, address, label, ttl }: Options, cli: Cli): Promise<void> {
  const client = await cli.connect();
  const script = await client.joinTokens.script();
  const { id, token, expiresAt } = await client.joinTokens.create({ ttlSeconds: ttl, uses: 1, labels: label });
  const args = Object.entries({ name, address }).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`, value]));
  try {
    await runOverSsh({ target, key, port, script: `novadock_token='${token}'\n${script}`, args, io: cli.io });
  } finally {
    // Where that fails it is said, for the first failure matters more.
    await client.joinTokens.delete(id).catch(() => cli.note(`The join token ${id} could not be revoked; it ends at ${expiresAt}.`));
  }
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('It must be a port, 1 to 65535.');
  return port;
}
