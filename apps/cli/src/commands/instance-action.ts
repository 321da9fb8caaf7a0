import type { InstanceVerb } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { notDone, waitOption } from './wait-option.ts';

const verbs = { start: 'Start stopped instances', stop: 'Stop instances', pause: 'Freeze instances', unpause: 'Let frozen instances go on' };

/** start, stop, pause, unpause and reboot. */
export function addInstanceActions(parent: Command, cli: Cli): void {
  for (const [verb, description] of Object.entries(verbs)) {
    addAction(parent, verb, description).action((names: string[], { wait }: { wait?: number }) => act(cli, names, verb as InstanceVerb, wait));
  }
  addAction(parent, 'reboot', 'Stop instances and start them again')
    .option('--hard', 'kill them instead')
    .action((names: string[], { wait, hard }: { wait?: number; hard?: boolean }) => act(cli, names, hard === true ? 'reboot-hard' : 'reboot', wait));
}

function addAction(parent: Command, verb: string, description: string): Command {
  return parent.command(verb).description(description).argument('<instance...>', 'their names or ids').addOption(waitOption());
}

async function act(cli: Cli, names: string[], verb: InstanceVerb, waitSeconds: number | undefined): Promise<void> {
  const client = await cli.connect();
  const outcomes = await Promise.all(names.map((name) => client.instances.act(name, verb, { waitSeconds })));
  const late = names.filter((_, index) => outcomes[index]?.reached !== true);
  if (waitSeconds !== undefined && late.length > 0) throw notDone(late.join(', '));
}
