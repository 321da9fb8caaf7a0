import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { notDone, waitOption } from './wait-option.ts';

export function addInstanceDelete(parent: Command, cli: Cli): void {
  parent.command('delete').description('Delete instances').argument('<instance...>', 'their names or ids').addOption(waitOption()).action(async (names: string[], { wait }: { wait?: number }) => {
    const client = await cli.connect();
    const outcomes = await Promise.all(names.map((name) => client.instances.delete(name, { waitSeconds: wait })));
    const late = names.filter((_, index) => outcomes[index]?.reached !== true);
    if (wait !== undefined && late.length > 0) throw notDone(late.join(', '));
  });
}
