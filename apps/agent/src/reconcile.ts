import { absentContainer, type Container, type ContainerEvent } from '@novadock/docker';
import type { InstanceStatus } from '@novadock/model';
import { InstanceQueue, type QueueDeps, type Want } from './instance-queue.ts';

/** Brings each instance of the host to its spec, in a queue of its own, and knows what was seen of all. */
export type Reconciler = {
  apply(want: Want): void;
  noticed(event: ContainerEvent): void;
  /** What is known of an instance's container. */
  known(instanceId: string): Container | undefined;
  /** Takes over a list of all containers that was asked for at `askedAtMs`. */
  sync(containers: Container[], askedAtMs: number): void;
  statuses(): InstanceStatus[];
};

/** How long an instance that is gone is remembered, so that a late request for an older generation does not make it again. */
const rememberMs = 5 * 60_000;

export function createReconciler(deps: QueueDeps): Reconciler {
  const queues = new Map<string, InstanceQueue>();
  const queueOf = (id: string, have?: Container): InstanceQueue => {
    const queue = queues.get(id) ?? new InstanceQueue(id, have, deps);
    queues.set(id, queue);
    return queue;
  };
  let isSynced = false;
  const forgetGone = () => {
    for (const [id, { goneAtMs }] of queues) {
      if (goneAtMs !== undefined && Date.now() - goneAtMs > rememberMs) queues.delete(id);
    }
  };
  return {
    apply: (want) => {
      const { id, power } = want.spec;
      // What no list had is not there; only for a removal it is worth a look whether anything is left of it.
      queueOf(id, isSynced && power !== 'absent' ? absentContainer({ instanceId: id, network: 'none', seenAtMs: 0 }) : undefined).apply(want);
    },
    noticed: (event) => queueOf(event.instanceId).noticed(event),
    known: (instanceId) => queues.get(instanceId)?.have,
    sync: (containers, askedAtMs) => {
      const listed = new Set(containers.map(({ instanceId }) => instanceId));
      for (const container of containers) queueOf(container.instanceId, container).seen(container);
      for (const queue of queues.values()) {
        // Something removed it, and that event was missed.
        if (!listed.has(queue.id) && queue.have !== undefined && queue.have.power !== 'absent') queue.noticed({ instanceId: queue.id, action: 'destroy', atMs: askedAtMs });
      }
      isSynced = true;
      forgetGone();
    },
    statuses: () => [...queues.values()].flatMap((queue) => queue.status() ?? []),
  };
}
