import type { Host } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { age, memory, status } from '../format/cells.ts';
import type { Colors, Column } from '../format/column.ts';

export const hostColumns: Column<Host>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'State', value: (host, colors) => (host.revoked ? colors.red('revoked') : `${status(host.up ? 'up' : 'down', colors)}${host.forgettingSince !== null ? ', being forgotten' : host.enabled ? '' : ', disabled'}`) },
  { title: 'Engine', value: ({ engineReady, engineReason, facts }, colors) => (engineReady ? (facts?.engine.version ?? '') : colors.red(engineReason ?? 'not ready')) },
  { title: 'Set-up', value: (host, colors) => setupCell(host, colors) },
  { title: 'Instances', value: ({ instances }) => instances },
  { title: 'Vcpus', value: ({ used, capacity }) => `${used.vcpus}/${capacity.vcpus}` },
  { title: 'Memory', value: ({ used, capacity }) => `${memory(used.memoryMb)}/${memory(capacity.memoryMb)}` },
  { title: 'Seen', value: ({ lastSeenAt }) => age(lastSeenAt) },
];

export function addHostList(parent: Command, cli: Cli): void {
  parent.command('list').description('List hosts').action(async () => {
    const client = await cli.connect();
    await cli.list(await client.hosts.list(), hostColumns);
  });
}

/** default@2 ok */
function setupCell({ setup: { profile, revision, state } }: Host, colors: Colors): string {
  const word = { none: 'none', ok: colors.green('ok'), drifted: colors.yellow('drifted'), running: colors.yellow('running'), failed: colors.red('failed') }[state];
  return profile === null ? word : `${profile}@${revision} ${word}`;
}
