import type { ImageRef, InstanceSpec, InstanceStats, ReadLogs, StepName } from '@novadock/model';
import type { Container } from './container.ts';
import { openEngine } from './engine.ts';
import { hasImage } from './images/has-image.ts';
import { putImage } from './images/put-image.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { createNetwork } from './network/network.ts';
import { observe, observeAll } from './observe.ts';
import { readLogs } from './read-logs.ts';
import { readStats } from './read-stats.ts';
import { steps } from './steps/index.ts';
import { watchEvents, type ContainerEvent } from './watch-events.ts';

/** What an agent does with the containers of one cloud on one engine. All calls reject with CloudError, `unavailable` when the engine does not answer. */
export type Driver = {
  /** Does one step, and tells what is known of the container after it. Repeatable. */
  run(step: StepName, spec: InstanceSpec, have: Container): Promise<Container>;
  /** An instance's container as it is now; `containerId` where it is known saves a search. */
  observe(instanceId: string, containerId?: string): Promise<Container>;
  /** All containers of the cloud; those that `known` describes rightly, as far as a list tells, are not looked at again. */
  observeAll(known: (instanceId: string) => Container | undefined): Promise<Container[]>;
  /** Once fulfilled, no event is missed until the iteration ends: when the engine goes away, or by `signal`. */
  watchEvents(signal: AbortSignal): Promise<AsyncIterable<ContainerEvent>>;
  /** The host's part of the networks is in place; to be asked for again when the engine, and with it perhaps the firewall, was started anew. */
  ensureNetwork(): Promise<void>;
  readLogs(request: ReadLogs, signal: AbortSignal): AsyncIterable<Uint8Array>;
  readStats(instanceId: string): Promise<InstanceStats>;
  hasImage(engineId: string): Promise<boolean>;
  putImage(image: ImageRef, archive: AsyncIterable<Uint8Array>): Promise<void>;
};

/** These cost the engine so much that more of them at once would only delay each other. */
const limited: ReadonlySet<StepName> = new Set(['create-container', 'prepare-network', 'start-container', 'remove-container', 'release-network']);

/** `concurrency`: how many of the steps that cost the engine much are done at once. `hostRoutes`: see createNetwork. */
export function createDriver(options: { cloudId: string; socketPath: string; hostRoutes?: boolean; concurrency?: number }): Driver {
  const { cloudId, socketPath, hostRoutes = false, concurrency = 4 } = options;
  const engine = openEngine({ cloudId, socketPath, network: createNetwork({ hostRoutes }) });
  const limit = limitConcurrency(concurrency);
  const puts = new Map<string, Promise<void>>();
  return {
    run: (step, spec, have) => {
      const run = () => steps[step](engine, spec, have);
      // What was begun is brought to its end before the next is begun.
      return limited.has(step) ? limit(run, { urgent: step !== 'create-container' }) : run();
    },
    observe: (instanceId, containerId) => observe(engine, instanceId, containerId),
    observeAll: (known) => observeAll(engine, known),
    watchEvents: (signal) => watchEvents(engine, signal),
    ensureNetwork: () => engine.network.ensureHost(),
    readLogs: (request, signal) => readLogs(engine, request, signal),
    readStats: (instanceId) => readStats(engine, instanceId),
    hasImage: (engineId) => hasImage(engine, engineId),
    putImage: async (image, archive) => {
      // Whoever sends an image that is being loaded waits for that, and loads it only should that fail.
      while (puts.has(image.engineId)) await puts.get(image.engineId)?.catch(() => {});
      const put = putImage(engine, image, archive);
      puts.set(image.engineId, put);
      await put.finally(() => puts.delete(image.engineId));
    },
  };
}
