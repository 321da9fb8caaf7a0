import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { toWhole } from './to-whole.ts';

export function addRolloutLog(parent: Command, cli: Cli): void {
  parent
    .command('log')
    .description('Show what a host did for a rollout, step by step')
    .argument('<rollout>', 'r-1, r-2, …')
    .argument('<host>', 'its name or id')
    .option('--attempt <number>', 'the last unless said', toWhole)
    .action(async (rollout: string, host: string, { attempt }: { attempt?: number }) => {
      const client = await cli.connect();
      const log = await client.rollouts.log(rollout, host, { attempt });
      if (cli.format() !== 'table') return cli.show(log, []);
      const steps = log.steps.map(({ step, succeeded, output, error }) => `== ${step}: ${succeeded === null ? 'not done' : succeeded ? 'done' : 'failed'}\n${output}${output === '' || output.endsWith('\n') ? '' : '\n'}${error === null ? '' : `${error.code}: ${error.message}\n`}`);
      await cli.write(`${log.host}: ${log.state}, attempt ${log.attempt}\n${steps.join('')}${log.error === null ? '' : `${log.error.code} (${log.error.step}): ${log.error.message}\n`}`);
    });
}
