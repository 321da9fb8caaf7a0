import type { CloudEvent } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli, Format } from '../cli.ts';

type Options = { follow?: boolean; kind?: string; subject?: string };

export function addEvents(parent: Command, cli: Cli): void {
  parent
    .command('events')
    .description('Print what has happened')
    .option('-f, --follow', 'print what happens from now on instead')
    .option('--kind <kind>', 'only those: instance.created, or instance for all of them')
    .option('--subject <id>', 'only what happened to that')
    .action(async ({ follow, ...filter }: Options) => {
      const client = await cli.connect();
      const events = follow === true ? client.events.follow(filter, cli.io.signal) : await client.events.list(filter);
      const print = await printer(cli.format());
      for await (const event of events) await cli.write(print(event));
    });
}

/** Events are printed as they come: JSON and YAML as one document each. */
async function printer(format: Format): Promise<(event: CloudEvent) => string> {
  if (format === 'json') return (event) => `${JSON.stringify(event)}\n`;
  if (format === 'table') return toLine;
  const { stringify } = await import('yaml');
  return (event) => `---\n${stringify(event)}`;
}

/** An event on a line. */
export function toLine({ at, kind, subjectId, data }: CloudEvent): string {
  const details = Object.entries(data).filter(([, value]) => value !== null).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${[at, kind, subjectId, ...details].join(' ')}\n`;
}
