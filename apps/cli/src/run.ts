import { CloudError } from '@novadock/model';
import { CommanderError } from 'commander';
import type { Io } from './cli.ts';
import { createProgram } from './create-program.ts';
import { errorExitCodes, exitCodes } from './exit-codes.ts';

/** Runs a command line and returns its exit code; what goes wrong is said on stderr. */
export async function run(args: string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' });
    return io.signal.aborted ? exitCodes.interrupted : 0;
  } catch (error) {
    if (io.signal.aborted) return exitCodes.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    if (!(error instanceof CloudError)) throw error;
    io.stderr.write(`${error.message}${hintFor(error)}\n`);
    return error.reason === 'notDone' ? exitCodes.underWay : errorExitCodes[error.code];
  }
}

/** What to do about it, where the message does not say. */
function hintFor({ reason, code }: CloudError): string {
  if (reason === 'noReply') return ' Start it (`npm start`, or where it is a service `systemctl start novadock-control-plane`), or check where OS_CLOUD or OS_AUTH_URL leads.';
  return code === 'unauthenticated' ? ' Check the user, password and project in clouds.yaml or the OS_* variables.' : '';
}
