import { splitCommand } from '@novadock/model';
import { commandKey } from './instance-spec.ts';

/** Throws `invalid` for what no agent could run, whether metadata or the image's properties say it: a command line with an open quote (P8). */
export function assertCommand(...sources: (Record<string, unknown> | undefined)[]): void {
  for (const source of sources) {
    const command = source?.[commandKey];
    if (typeof command === 'string') splitCommand(command);
  }
}
