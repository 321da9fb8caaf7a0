import { hostsChannel, hostsGoneChannel, type Cloud, type Hosts } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { connectAgent } from '@novadock/rpc';
import { giveUpHosts, listen, notify, releaseHosts, takeHosts, type OwnedHost } from '@novadock/store';
import { openHostSession, type HostSession, type SessionOptions } from './host-session.ts';
import { openReaders } from './open-readers.ts';
import { readAgent } from './read-agent.ts';

/** The hosts that this replica owns, and the loop that takes and keeps them. */
export type HostOwner = Hosts & { start: (cloud: Cloud) => Promise<void>; stop: () => Promise<void> };

/** A replica that is gone is replaced within both of them together. */
const leaseMs = 6_000;
const renewMs = 2_000;

/** Owns hosts by lease: of those that nobody owns its share is taken, at each renewal and when told of a new one. */
export function ownHosts(options: Omit<SessionOptions, 'cloud' | 'host'> & { replicaId: string }): HostOwner {
  const { replicaId, log } = options;
  const sessions = openSessions(options);
  const readers = openReaders(options.connect ?? connectAgent);
  let stopping: (() => Promise<void>) | undefined;

  const start = async (cloud: Cloud) => {
    let taking = sessions.take(cloud);
    await taking;
    const takeAgain = () => {
      taking = taking.then(() => sessions.take(cloud)).catch((error: unknown) => log.warn({ err: error }, 'leases not renewed; will be tried again'));
    };
    const timer = setInterval(takeAgain, renewMs);
    const listener = await listen({
      url: cloud.store.url,
      channels: [hostsChannel, hostsGoneChannel],
      onMessage: ({ channel, payload }) => {
        if (channel === hostsGoneChannel) {
          readers.close(payload);
          return sessions.leave(payload);
        }
        const session = sessions.open.get(payload);
        return session === undefined ? takeAgain() : session.wake();
      },
      onReconnect: () => {
        // A host may have been revoked unheard.
        readers.closeAll();
        for (const session of sessions.open.values()) session.wake();
      },
    });
    stopping = async () => {
      clearInterval(timer);
      await listener.close();
      await taking;
      await Promise.all([...sessions.open.values()].map((session) => session.close()));
      sessions.open.clear();
      await releaseHosts(cloud.store, replicaId);
    };
  };

  return {
    start,
    stop: async () => stopping?.(),
    reader: ({ id, address }) => {
      const session = sessions.open.get(id);
      if (session === undefined) return readAgent(() => readers.open({ hostId: id, address, identity: options.identity }));
      if (session.isUp() === false) throw new CloudError('unavailable', 'The host of the instance does not answer. Try again when it is up.', { reason: 'hostDown' });
      return session.agent;
    },
    isUp: (hostId) => sessions.open.get(hostId)?.isUp(),
    wake: (hostId) => {
      const session = sessions.open.get(hostId);
      session?.wake();
      return session !== undefined;
    },
  };
}

/** The sessions of this replica. A host that it left is not taken again: what is revoked never comes back. */
function openSessions(options: Omit<SessionOptions, 'cloud' | 'host'> & { replicaId: string }) {
  const open = new Map<string, HostSession>();
  const left = new Set<string>();

  const take = async (cloud: Cloud) => {
    const owned = new Map((await takeHosts(cloud.store, options.replicaId, leaseMs)).map((host) => [host.id, host]));
    const ended = [...open.values()].filter(({ host }) => !unchanged(host, owned.get(host.id)));
    for (const { host } of ended) open.delete(host.id);
    await Promise.all(ended.map((session) => session.close()));
    await giveUp(cloud, ended.map(({ host }) => host.id).filter((id) => !owned.has(id)));
    for (const host of owned.values()) {
      if (!open.has(host.id) && !left.has(host.id)) open.set(host.id, openHostSession({ ...options, cloud, host }));
    }
  };

  /** Another replica has come, and is told at once: until it takes them, nobody commands them. */
  const giveUp = async ({ store }: Cloud, hostIds: string[]) => {
    if (hostIds.length === 0) return;
    await giveUpHosts(store, options.replicaId, hostIds);
    await notify(store.pool, hostsChannel);
    options.log.info({ hosts: hostIds.length }, 'hosts given up for other control planes to take');
  };

  const leave = (hostId: string) => {
    left.add(hostId);
    const session = open.get(hostId);
    open.delete(hostId);
    session?.close().catch((error: unknown) => options.log.warn({ err: error }, 'the session of a revoked host did not end well'));
  };

  return { open, take, leave };
}

function unchanged(before: OwnedHost, now: OwnedHost | undefined): boolean {
  return now !== undefined && now.epoch === before.epoch && now.address === before.address;
}
