import type { RolloutHost } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { age } from '../format/cells.ts';
import type { Column } from '../format/column.ts';
import { render, watchRollout } from '../rollout/watch-rollout.ts';

const columns: Column<RolloutHost>[] = [
  { title: 'Host', value: ({ host }) => host },
  { title: 'State', value: ({ state, skipped, behind }) => `${state}${skipped === null ? '' : ` (${skipped})`}${behind ? ', behind' : ''}` },
  { title: 'Since', value: ({ stateAt }) => age(stateAt) },
  { title: 'Attempt', value: ({ attempt }) => attempt },
  { title: 'Failure', value: ({ failure, error }) => (failure === null ? '' : `${error?.code ?? failure} (${error?.step ?? ''})`) },
  { title: 'Disturbed', value: ({ disturbed }) => disturbed },
];

export function addRolloutStatus(parent: Command, cli: Cli): void {
  parent
    .command('status')
    .description('Show a rollout, wave by wave')
    .argument('<rollout>', 'r-1, r-2, …')
    .option('--watch', 'until it has ended, or waits for you; where it is piped, each thing that happened, from its beginning')
    .option('--hosts [state]', 'its hosts instead: all, or those in a state, such as failed')
    .action(async (id: string, { watch, hosts }: { watch?: boolean; hosts?: string | true }) => {
      const client = await cli.connect();
      if (hosts !== undefined) return cli.list(await client.rollouts.hosts(id, hosts === true ? {} : { state: hosts }), columns);
      if (watch === true) return watchRollout(cli, client, id);
      const rollout = await client.rollouts.get(id);
      if (cli.format() !== 'table') return cli.show(rollout, []);
      await cli.write(`${await render(cli, client, rollout)}\n`);
    });
}
