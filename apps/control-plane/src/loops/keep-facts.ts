import { setTimeout as delay } from 'node:timers/promises';
import { recordFacts, type Cloud } from '@novadock/cloud';
import type { AgentService } from '@novadock/model';

export type KeptFacts = {
  /** Asks until the host answers; false when `signal` was first. */
  untilAnswered: (signal: AbortSignal) => Promise<boolean>;
  /** Asks again where what is known has got old. */
  refreshIfDue: () => void;
  /** What is known is old from now on. */
  expire: () => void;
};

/** How old what a host said of itself may get; while it cannot take instances, it is asked more often. */
const factsMs = { ready: 30_000, unready: 2_000 } as const;
export const factsPassMs = factsMs.unready;
const retryMs = 500;

/** Writes down what a host says of itself. */
export function keepFacts({ cloud, hostId, agent }: { cloud: Cloud; hostId: string; agent: AgentService }): KeptFacts {
  let dueMs = 0;
  const refresh = async () => {
    const facts = await agent.getHostFacts();
    dueMs = Date.now() + (facts.engine.ready ? factsMs.ready : factsMs.unready);
    await recordFacts(cloud, hostId, facts);
  };
  return {
    untilAnswered: async (signal) => {
      while (!signal.aborted) {
        const answers = await refresh().then(() => true, () => false);
        if (answers) return !signal.aborted;
        await delay(retryMs, undefined, { signal }).catch(() => {});
      }
      return false;
    },
    refreshIfDue: () => void (Date.now() > dueMs && refresh().catch(() => {})),
    expire: () => void (dueMs = 0),
  };
}
