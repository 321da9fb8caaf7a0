import type { RolloutLog } from '@novadock/api-client';
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
      await cli.write(`${log.host}: ${log.state}, attempt ${log.attempt}\n${log.steps.map(stepLines).join('')}${unsaidError(log)}`);
    });
}

type Step = RolloutLog['steps'][number];

function stepLines({ step, succeeded, output, error }: Step): string {
  const end = output === '' || output.endsWith('\n') ? '' : '\n';
  return `== ${step}: ${succeeded === null ? 'not done' : succeeded ? 'done' : 'failed'}\n${output}${end}${error === null ? '' : `${error.code}: ${unsaid(error.message, output)}\n`}`;
}

/** Why the rollout holds the host to have failed, unless a step above says so. */
function unsaidError({ error, steps }: RolloutLog): string {
  return error === null || steps.some((step) => step.error?.code === error.code) ? '' : `${error.code} (${error.step}): ${error.message}\n`;
}

/** An error may bring the end of a log along that was printed above it. */
function unsaid(message: string, output: string): string {
  const [first = '', ...rest] = message.split('\n');
  const printed = new Set(output.split('\n').map((line) => line.trim()));
  return [first, ...rest.filter((line) => !printed.has(line.trim()))].join('\n');
}
