import type { Client, Rollout } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { render } from '../rollout/watch-rollout.ts';

const simple = {
  approve: 'Approve a rollout that waits for it, or its next wave',
  pause: 'Pause a rollout: no other host is changed; those that are being changed finish',
  resume: 'Let a paused rollout go on; only new failures can stop it again',
  promote: 'End the watch over the canary',
  retry: 'Try the hosts again that failed',
} as const;

/** What a rollout is told to do. */
export function addRolloutOrders(parent: Command, cli: Cli): void {
  for (const [verb, description] of Object.entries(simple)) {
    add(parent, verb, description).action((id: string) => order(cli, (client) => client.rollouts.order(id, verb as keyof typeof simple)));
  }
  add(parent, 'abort', 'End a rollout; hosts that are being changed finish')
    .option('--revert', 'return hosts that were touched to what they had')
    .action((id: string, { revert }: { revert?: boolean }) => order(cli, (client) => client.rollouts.order(id, 'abort', { policy: revert === true ? 'revert' : 'keep' })));
  add(parent, 'rollback', 'Return hosts to what they had, each to its own')
    .option('--failed', 'only those that failed')
    .option('--host <host...>', 'only these, by name or id')
    .action((id: string, { failed, host }: { failed?: boolean; host?: string[] }) => order(cli, async (client) => {
      const scope = host !== undefined ? { hosts: await toIds(client, id, host) } : failed === true ? 'failed' : 'touched';
      return client.rollouts.order(id, 'rollback', { scope });
    }));
  add(parent, 'skip', 'Take hosts out of a rollout that it has not touched')
    .argument('<host...>', 'their names or ids')
    .action((id: string, hosts: string[]) => order(cli, async (client) => client.rollouts.order(id, 'skip', { hosts: await toIds(client, id, hosts) })));
}

function add(parent: Command, verb: string, description: string): Command {
  return parent.command(verb).description(description).argument('<rollout>', 'r-1, r-2, …');
}

async function order(cli: Cli, send: (client: Client) => Promise<Rollout>): Promise<void> {
  const client = await cli.connect();
  const rollout = await send(client);
  if (cli.format() !== 'table') return cli.show(rollout, []);
  await cli.write(`${await render(cli, client, rollout)}\n`);
}

async function toIds(client: Client, id: string, hosts: string[]): Promise<string[]> {
  const all = await client.rollouts.hosts(id);
  return hosts.map((name) => {
    const found = all.find(({ hostId, host }) => host === name || hostId === name);
    if (found === undefined) throw new CloudError('notFound', `${id} has no host ${name}: see \`novadock rollout status ${id} --hosts\`.`, { reason: 'rolloutHostNotFound' });
    return found.hostId;
  });
}
