import type { AgentConnection, connectAgent } from '@novadock/rpc';

/** The connections to hosts that other replicas own. */
export type Readers = { open: typeof connectAgent; close: (hostId: string) => void; closeAll: () => void };

export function openReaders(connect: typeof connectAgent): Readers {
  const byHost = new Map<string, Set<AgentConnection>>();
  const closeHost = (hostId: string) => {
    for (const connection of byHost.get(hostId) ?? []) connection.close();
    byHost.delete(hostId);
  };
  return {
    close: closeHost,
    closeAll: () => [...byHost.keys()].forEach(closeHost),
    open: (options) => {
      const connection = connect(options);
      const open = byHost.get(options.hostId) ?? new Set();
      byHost.set(options.hostId, open.add(connection));
      const close = () => {
        open.delete(connection);
        if (open.size === 0 && byHost.get(options.hostId) === open) byHost.delete(options.hostId);
        connection.close();
      };
      return { ...connection, close };
    },
  };
}
