import type { InstancesUpdate, InstanceStatus } from '@novadock/model';

export type StatusFeed = {
  /** Tells all who watch of a change. */
  publish(status: InstanceStatus): void;
  /** The updates of AgentService.watchInstances, until `signal` ends them. */
  watch(signal: AbortSignal): AsyncGenerator<InstancesUpdate>;
};

/** How often a full list is sent again. */
export const fullListMs = 30_000;

/**
 * Feeds any number of watchers with a full list first, then each change, and a full list again every 30 s. A watcher that reads
 * slowly gets, of each instance, the newest status only, so none can make the feed grow.
 */
export function createStatusFeed(list: () => InstanceStatus[], intervalMs = fullListMs): StatusFeed {
  const watchers = new Set<(status: InstanceStatus) => void>();
  return {
    publish: (status) => watchers.forEach((tell) => tell(status)),
    watch: async function* (signal) {
      const changes = new Map<string, InstanceStatus>();
      let listIsDue = true;
      let wake = () => {};
      const tell = (status: InstanceStatus) => {
        changes.set(status.id, status);
        wake();
      };
      const askForList = () => {
        listIsDue = true;
        wake();
      };
      const timer = setInterval(askForList, intervalMs);
      const end = () => wake();
      signal.addEventListener('abort', end);
      watchers.add(tell);
      try {
        while (!signal.aborted) {
          const [change] = changes.values();
          if (listIsDue) {
            listIsDue = false;
            changes.clear();
            yield { all: list() };
          } else if (change !== undefined) {
            changes.delete(change.id);
            yield { one: change };
          } else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        clearInterval(timer);
        signal.removeEventListener('abort', end);
        watchers.delete(tell);
      }
    },
  };
}
