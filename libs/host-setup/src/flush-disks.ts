import { runOrThrow } from './run-or-throw.ts';
import type { SetupContext } from './setup-step.ts';

/** What others have written is on disk. Of those that install, dpkg alone sees to that; after a power cut the files of the others may be there, and empty. */
export async function flushDisks({ run }: Pick<SetupContext, 'run'>): Promise<void> {
  await runOrThrow(run, 'sync', []);
}
