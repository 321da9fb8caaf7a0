import type { Rollout } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { age } from '../format/cells.ts';
import type { Column } from '../format/column.ts';

const columns: Column<Rollout>[] = [
  { title: 'Name', value: ({ id }) => id },
  { title: 'Profile', value: ({ profile }) => `${profile.name}@${profile.revision}` },
  { title: 'State', value: ({ state, reason }) => `${state}${reason === null ? '' : ` (${reason})`}` },
  { title: 'Hosts', value: ({ counts }) => counts.hosts },
  { title: 'OK', value: ({ counts }) => counts.ok },
  { title: 'Running', value: ({ counts }) => counts.running },
  { title: 'Failed', value: ({ counts }) => counts.failed },
  { title: 'Offline', value: ({ counts }) => counts.offline },
  { title: 'Age', value: ({ createdAt }) => age(createdAt) },
];

export function addRolloutList(parent: Command, cli: Cli): void {
  parent.command('list').description('List rollouts, newest first').option('--state <state>', 'only those in this state').action(async ({ state }: { state?: string }) => {
    const client = await cli.connect();
    await cli.list(await client.rollouts.list({ state }), columns);
  });
}
