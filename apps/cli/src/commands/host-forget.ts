import { setTimeout as delay } from 'node:timers/promises';
import type { Client, SetupRun } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { watchRuns } from '../setup/watch-runs.ts';

const pollMs = 500;

export function addHostForget(parent: Command, cli: Cli): void {
  parent
    .command('forget')
    .alias('delete')
    .description('Take back what preparing hosts changed, take their agents off, and forget them')
    .argument('<host...>', 'their names or ids')
    .option('--force', 'although instances live there, or it does not answer: then its machine is left as it is. The instances are in ERROR')
    .option('--log', 'print what each step prints')
    .action(async (hosts: string[], { force, log }: { force?: boolean; log?: boolean }) => {
      // Its name is another's once it is gone.
      const ids = new Map<string, string>();
      await watchRuns(cli, {
        hosts, log, work: 'forget',
        begin: async (client, host) => {
          ids.set(host, (await client.hosts.get(host)).id);
          return beginForgetting(client, host, ids.get(host) ?? host, force);
        },
        finish: (client, host) => untilForgotten(cli, client, ids.get(host) ?? host),
      });
    });
}

/** The run that takes its set-up back; undefined where there is none. */
async function beginForgetting(client: Client, name: string, id: string, force?: boolean): Promise<SetupRun | undefined> {
  const { gone } = await client.hosts.delete(id, { force });
  if (gone) return undefined;
  const run = await client.setups.newest(id).catch(ignoreGone);
  return run?.kind === 'undo' && run.finishedAt === null ? { ...run, host: name } : undefined;
}

async function untilForgotten(cli: Cli, client: Client, id: string): Promise<void> {
  for (;;) {
    const host = await client.hosts.get(id).catch(ignoreGone);
    if (host === undefined) return;
    if (host.forgettingSince === null) {
      throw new CloudError('conflict', `${host.name} is kept. ${await whyKept(cli, client, id)} With --force it is forgotten all the same.`, { reason: 'hostForgetFailed' });
    }
    await delay(pollMs, undefined, { signal: cli.io.signal });
  }
}

/** The event that says so shows a moment after it was written. */
async function whyKept(cli: Cli, client: Client, id: string): Promise<string> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const kept = (await client.events.list({ kind: 'host.forget_failed', subject: id })).at(-1);
    if (kept !== undefined) return String(kept.data.reason);
    await delay(pollMs, undefined, { signal: cli.io.signal });
  }
  return '';
}

function ignoreGone(error: unknown): undefined {
  if (error instanceof CloudError && error.code === 'notFound') return undefined;
  throw error;
}
