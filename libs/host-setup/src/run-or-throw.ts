import { CloudError } from '@novadock/model';
import { lastLines } from './last-lines.ts';
import type { RunCommand } from './run-command.ts';

/** Runs a program and gives back its stdout; throws `unavailable` with its last lines when it fails. */
export async function runOrThrow(run: RunCommand, command: string, args: string[]): Promise<string> {
  const result = await run(command, args);
  if (result.code === 0) return result.stdout;
  throw new CloudError('unavailable', `\`${[command, ...args].join(' ')}\` failed (exit ${result.code}):\n${lastLines(result.output)}`);
}
