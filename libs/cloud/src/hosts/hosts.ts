import type { AgentService } from '@novadock/model';

/** The agents of the hosts that this replica commands. */
export type Hosts = {
  /** The host's agent; throws `unavailable` when it is not connected. */
  agent(hostId: string): AgentService;
  /** Whether the host's agent answers. */
  isUp(hostId: string): boolean;
  /** Wakes the loop that pushes specs to a host; called after a commit that raised a generation. */
  wake(hostId: string): void;
};
