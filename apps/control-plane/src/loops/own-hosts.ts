import { hostsChannel, type Cloud, type Hosts } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { connectAgent, type LiveIdentity, type TlsIdentity } from '@novadock/rpc';
import { listen, releaseHosts, takeHosts, type OwnedHost } from '@novadock/store';
import type { FastifyBaseLogger } from 'fastify';
import { openHostSession, type HostSession } from './host-session.ts';
import { readAgent } from './read-agent.ts';

/** The hosts that this replica owns, and the loop that takes and keeps them. */
export type HostOwner = Hosts & { start: (cloud: Cloud) => Promise<void>; stop: () => Promise<void> };

/** A replica that is gone is replaced within both of them together. */
const leaseMs = 6_000;
const renewMs = 2_000;

/** Owns hosts by lease: those that nobody owns are taken, at each renewal and when told of a new one. */
export function ownHosts(options: { replicaId: string; identity: TlsIdentity | LiveIdentity; log: FastifyBaseLogger; connect?: typeof connectAgent }): HostOwner {
  const { replicaId, log } = options;
  const sessions = new Map<string, HostSession>();
  let stopping: (() => Promise<void>) | undefined;

  const take = async (cloud: Cloud) => {
    const owned = new Map((await takeHosts(cloud.store, replicaId, leaseMs)).map((host) => [host.id, host]));
    for (const [id, session] of sessions) {
      if (unchanged(session.host, owned.get(id))) continue;
      sessions.delete(id);
      await session.close();
    }
    for (const host of owned.values()) {
      if (!sessions.has(host.id)) sessions.set(host.id, openHostSession({ ...options, cloud, host }));
    }
  };

  const start = async (cloud: Cloud) => {
    let taking = take(cloud);
    await taking;
    const takeAgain = () => {
      taking = taking.then(() => take(cloud)).catch((error: unknown) => log.warn({ err: error }, 'leases not renewed; will be tried again'));
    };
    const timer = setInterval(takeAgain, renewMs);
    const listener = await listen({
      url: cloud.store.url,
      channels: [hostsChannel],
      onMessage: ({ payload }) => {
        const session = sessions.get(payload);
        if (session === undefined) takeAgain();
        else session.wake();
      },
      onReconnect: () => {
        for (const session of sessions.values()) session.wake();
      },
    });
    stopping = async () => {
      clearInterval(timer);
      await listener.close();
      await taking;
      await Promise.all([...sessions.values()].map((session) => session.close()));
      sessions.clear();
      await releaseHosts(cloud.store, replicaId);
    };
  };

  return {
    start,
    stop: async () => stopping?.(),
    reader: ({ id, address }) => {
      const session = sessions.get(id);
      if (session === undefined) return readAgent(() => (options.connect ?? connectAgent)({ hostId: id, address, identity: options.identity }));
      if (!session.isUp()) throw new CloudError('unavailable', 'The host of the instance does not answer. Try again when it is up.', { reason: 'hostDown' });
      return session.agent;
    },
    isUp: (hostId) => sessions.get(hostId)?.isUp(),
    wake: (hostId) => {
      const session = sessions.get(hostId);
      session?.wake();
      return session !== undefined;
    },
  };
}

function unchanged(before: OwnedHost, now: OwnedHost | undefined): boolean {
  return now !== undefined && now.epoch === before.epoch && now.address === before.address;
}
