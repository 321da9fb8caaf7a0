import { CloudError } from '@novadock/model';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { pickCanary } from '../rollout/pick-canary.ts';
import { rehearse } from '../rollout/rehearse.ts';
import { addLabel } from './add-label.ts';

type Options = { select?: Record<string, string>; host?: string[]; exclude?: string[]; canary?: string };

export function addRolloutRehearse(parent: Command, cli: Cli): void {
  parent
    .command('rehearse')
    .description('Show on one host that a bad change stops itself: its engine refuses it, the host returns to what it had, the others never see it')
    .option('--select <key=value>', 'only hosts with this label; may be repeated', addLabel)
    .option('--host <host...>', 'only these, by name or id')
    .option('--exclude <host...>', 'not these')
    .option('--canary <host>', 'the one that gets the bad change; the first that is whole unless said')
    .action(async ({ select, host, exclude, canary }: Options) => {
      const client = await cli.connect();
      const chosen = pickCanary(await client.hosts.list(), { canary, labels: select, only: host, exclude });
      const shown = await rehearse(cli, client, { canary: chosen, select: { labels: select, hosts: host, exclude } });
      if (shown === undefined) return;
      const isGood = shown.findings.every(({ ok }) => ok);
      if (cli.format() !== 'table') await cli.show(shown, []);
      else await cli.write(`${shown.findings.map(({ ok, what }) => `${ok ? 'ok    ' : 'FAULT '}${what}\n`).join('')}${isGood ? `${shown.rollout} is ended. The fleet is as it was.\n` : ''}`);
      if (!isGood) throw new CloudError('internal', `The rehearsal did not go as it should: see \`novadock rollout log ${shown.rollout} ${shown.canary}\`.`, { reason: 'rehearsalFailed' });
    });
}
