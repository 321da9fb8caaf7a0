import { join } from 'node:path';
import { withHostLock } from './with-host-lock.ts';

/** One for each host, wherever its agents keep what is theirs. */
const lock = '/var/run/novadock-set-up.lock';

/**
 * Runs `work` while no other process is at the set-up of the host below `root`, or at its engine; throws `unavailable` when
 * that was not so within `timeoutMs`.
 */
export async function withSetupLock<T>({ root, timeoutMs, work }: { root: string; timeoutMs: number; work: () => Promise<T> }): Promise<T> {
  return withHostLock({ file: join(root, lock), timeoutMs, busy: `Another process of Novadock has been at the set-up of this host for ${timeoutMs / 1000} s (${lock}). Try again when it is done.`, work });
}
