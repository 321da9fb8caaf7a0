import type { AgentService } from '@novadock/model';

/** What reads an instance on its host: whoever asks, whichever replica owns the host. */
export type InstanceReader = Pick<AgentService, 'readLogs' | 'getInstanceStats'>;

/** The agents of the hosts, as this replica reaches them. */
export type Hosts = {
  /** The host's agent; throws `unavailable` when this replica owns the host and it is not connected. */
  reader(host: { id: string; address: string }): InstanceReader;
  /** Whether the host's agent answers; undefined when another replica owns the host, or it has not been asked yet. */
  isUp(hostId: string): boolean | undefined;
  /** Wakes the loop that pushes specs to the host; false when another replica owns it. */
  wake(hostId: string): boolean;
};
