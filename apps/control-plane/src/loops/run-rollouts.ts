import { setTimeout as delay } from 'node:timers/promises';
import { advanceRollout, rolloutName, type Cloud, type TimeInState } from '@novadock/cloud';
import { activeRollouts, listen, rolloutsChannel } from '@novadock/store';
import type { FastifyBaseLogger } from 'fastify';
import { coalesce } from './coalesce.ts';

export type RolloutRunner = { start: (cloud: Pick<Cloud, 'store'>) => Promise<void>; stop: () => Promise<void> };

/** What the clock alone changes: bakes, deadlines, windows. */
const passMs = 1_000;
/** What many hosts come to at the same time is looked at together. */
const gatherMs = 50;

/**
 * Has rollouts do what they have to do: when a host came to something, and on a pass. Every replica does so; which of them takes a step is decided by the
 * lock on the rollout's row, and the step is one transaction: there is no leader to lose, and nothing to be done twice.
 */
export function runRollouts({ log, onAdvanced }: { log: FastifyBaseLogger; onAdvanced: (times: TimeInState[]) => void }): RolloutRunner {
  const closing = new AbortController();
  const { signal } = closing;
  let stopping: (() => Promise<void>) | undefined;

  const start = async (cloud: Pick<Cloud, 'store'>) => {
    const pass = coalesce(async () => {
      await delay(gatherMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      for (const number of await activeRollouts(cloud.store)) {
        // One that cannot go on is not in the way of the others.
        await advanceRollout(cloud, number).then(({ times }) => onAdvanced(times), (error: unknown) => log.warn({ rollout: rolloutName(number), err: error }, 'rollout not advanced; will be tried again'));
      }
    }, (error) => log.warn({ err: error }, 'rollouts not looked at; will be tried again'));
    const listener = await listen({ url: cloud.store.url, channels: [rolloutsChannel], onMessage: pass.run, onReconnect: pass.run });
    const timer = setInterval(pass.run, passMs);
    pass.run();
    stopping = async () => {
      clearInterval(timer);
      closing.abort();
      await listener.close();
      await pass.idle();
    };
  };

  return { start, stop: async () => stopping?.() };
}
