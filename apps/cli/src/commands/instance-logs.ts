import { InvalidArgumentError, type Command } from 'commander';
import type { Cli } from '../cli.ts';

type Options = { follow?: boolean; tail?: number; since?: string };

export function addInstanceLogs(parent: Command, cli: Cli): void {
  parent
    .command('logs')
    .description('Print what an instance wrote')
    .argument('<instance>', 'its name or id')
    .option('-f, --follow', 'go on with what it writes, until it stops')
    .option('--tail <lines>', 'only so many of the last lines', toLines)
    .option('--since <time>', 'only what is newer: 10m, 2h, or an ISO 8601 time', (text) => toTime(text))
    .action(async (name: string, options: Options) => {
      const client = await cli.connect();
      for await (const chunk of client.instances.logs(name, options, cli.io.signal)) await cli.write(chunk);
    });
}

function toLines(text: string): number {
  const lines = Number(text);
  if (!Number.isInteger(lines) || lines < 0) throw new InvalidArgumentError('It must be a number of lines.');
  return lines;
}

const secondsIn: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A time as ISO 8601: of such a time, or of how long ago it is. */
export function toTime(text: string, now = Date.now()): string {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const time = amount === undefined ? Date.parse(text) : now - Number(amount) * (secondsIn[unit] ?? 1) * 1000;
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be like 30s, 10m, 2h, 1d or 2026-01-31T12:00:00Z.');
  return new Date(time).toISOString();
}
