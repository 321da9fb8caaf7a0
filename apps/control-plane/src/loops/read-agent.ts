import type { InstanceReader } from '@novadock/cloud';
import type { AgentConnection } from '@novadock/rpc';

/** The agent of a host that another replica owns, for what only reads and so needs no epoch. Each call has a connection of its own. */
export function readAgent(connect: () => AgentConnection): InstanceReader {
  return {
    getInstanceStats: async (instanceId) => {
      const agent = connect();
      try {
        return await agent.getInstanceStats(instanceId);
      } finally {
        agent.close();
      }
    },
    readLogs: async function* (request, signal) {
      const agent = connect();
      try {
        yield* agent.readLogs(request, signal);
      } finally {
        agent.close();
      }
    },
  };
}
