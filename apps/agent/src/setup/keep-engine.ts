import { withSetupLock } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';
import { readAppliedProfile } from './applied-profile.ts';

/**
 * Has the engine started where nobody else does, but neither while a set-up is at it, of whatever process, nor after all was
 * taken back. Throws `unavailable` when a set-up is at it, and what `ensureEngine` throws.
 */
export async function keepEngine({ folder, root, ensureEngine }: { folder: string; root: string; ensureEngine: () => Promise<unknown> }): Promise<void> {
  if ((await readAppliedProfile(folder))?.state === 'undone') return;
  let hasBegun = false;
  const work = async () => {
    hasBegun = true;
    await ensureEngine();
  };
  await withSetupLock({ root, timeoutMs: 0, work }).catch((error: unknown) => {
    throw hasBegun ? error : new CloudError('unavailable', "The engine is left to the host's set-up, which is under way.", { cause: error });
  });
}
