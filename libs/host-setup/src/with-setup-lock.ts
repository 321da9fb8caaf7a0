import { withHostLock } from './with-host-lock.ts';

/**
 * Runs `work` while no other process is at the set-up of the host below `root`, or at its engine; throws `unavailable` when
 * that was not so within `timeoutMs`.
 */
export async function withSetupLock<T>({ root, timeoutMs, work }: { root: string; timeoutMs: number; work: () => Promise<T> }): Promise<T> {
  return withHostLock({ name: `set-up of ${root}`, timeoutMs, work });
}
