import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';

export type UntilAnswered<Answer> = {
  ask: () => Promise<Answer>;
  signal: AbortSignal;
  /** Hears of each time that it was asked in vain. */
  onLost?: (error: CloudError) => void;
  againMs?: number;
};

/** What `ask` gives, however long that takes: faults of the control plane, or of what it needs, pass. Throws what it refuses; undefined once `signal` is aborted. */
export async function untilAnswered<Answer>({ ask, signal, onLost, againMs = 2_000 }: UntilAnswered<Answer>): Promise<Answer | undefined> {
  while (!signal.aborted) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof CloudError) || (error.code !== 'unavailable' && error.code !== 'internal')) throw error;
      onLost?.(error);
      await delay(againMs, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}
