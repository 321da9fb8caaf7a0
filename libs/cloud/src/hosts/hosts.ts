import type { AgentService } from '@novadock/model';

/** The agents of the hosts that this replica owns. */
export type Hosts = {
  /** The host's agent; throws `unavailable` when it is not connected. */
  agent(hostId: string): AgentService;
  /** Whether the host's agent answers; undefined when another replica owns the host. */
  isUp(hostId: string): boolean | undefined;
  /** Wakes the loop that pushes specs to the host; false when another replica owns it. */
  wake(hostId: string): boolean;
};
