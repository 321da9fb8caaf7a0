import { CloudError } from '@novadock/model';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { render, watchRollout } from '../rollout/watch-rollout.ts';
import { addRolloutOptions, toNewRollout, type RolloutOptions } from './rollout-options.ts';

type Options = RolloutOptions & { watch?: boolean };

export function addRolloutStart(parent: Command, cli: Cli): void {
  const command = parent.command('start').description('Start a new rollout, or one that is planned');
  addRolloutOptions(command)
    .argument('[rollout]', 'one that is planned')
    .option('--watch', 'show it until it has ended, or waits for you')
    .action(async (rollout: string | undefined, { watch, ...options }: Options) => {
      if ((rollout === undefined) === (options.profile === undefined)) throw new CloudError('invalid', 'Say --profile for a new rollout, or the name of one that is planned.');
      const client = await cli.connect();
      const id = rollout ?? (await client.rollouts.create(await toNewRollout(cli, options.profile ?? '', options))).id;
      const started = await client.rollouts.order(id, 'start');
      if (watch === true) return watchRollout(cli, client, id);
      if (cli.format() !== 'table') return cli.show(started, []);
      await cli.write(`${await render(cli, client, started)}\nWatch it with \`novadock rollout status ${id} --watch\`.\n`);
    });
}
