import { withHostLock } from '@novadock/host-setup';

/** Runs `work` while nobody else is at the programs of the agent, as join.sh is under the same lock. Throws `unavailable` when it was not free in time. */
export async function withProgramsLock<T>({ file, timeoutMs, work }: { file: string; timeoutMs: number; work: () => Promise<T> }): Promise<T> {
  return withHostLock({ file, timeoutMs, busy: `Somebody else has been at the programs of the agent for ${timeoutMs / 1000} s (join.sh, by ${file}). Run the set-up again when that has ended.`, work });
}
