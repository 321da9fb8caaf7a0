import { setTimeout as delay } from 'node:timers/promises';
import { recordStray, type Cloud, type Recorded } from '@novadock/cloud';
import { toCloudError, type AgentService } from '@novadock/model';
import { connectAgent, type LiveIdentity, type TlsIdentity } from '@novadock/rpc';
import { recordHostFacts, type OwnedHost } from '@novadock/store';
import type { FastifyBaseLogger } from 'fastify';
import { pullStatuses } from './pull-statuses.ts';
import { pushSpecs } from './push-specs.ts';

/** One host that this replica owns: the connection to its agent and the loops on it. */
export type HostSession = { host: OwnedHost; agent: AgentService; isUp: () => boolean; wake: () => void; close: () => Promise<void> };

export type SessionOptions = { cloud: Cloud; host: OwnedHost; identity: TlsIdentity | LiveIdentity; log: FastifyBaseLogger; connect?: typeof connectAgent };

/** The pass that catches what no wake told of. */
const passMs = 5_000;
/** How old what a host said of itself may get; while it cannot take instances, it is asked more often. */
const factsMs = { ready: 30_000, unready: 2_000 } as const;
const retryMs = 500;

/** Talks to a host until closed: reconnects, pulls its statuses, pushes specs when woken and on a slower pass. */
export function openHostSession(options: SessionOptions): HostSession {
  const { cloud, host, identity, log } = options;
  const agent = (options.connect ?? connectAgent)({ address: host.address, hostId: host.id, identity });
  const closed = new AbortController();
  let up = false;
  const onFailed = (error: unknown) => {
    if (closed.signal.aborted) return;
    log.warn({ host: host.name, err: error }, 'specs not pushed; will be tried again');
    void delay(retryMs, undefined, { signal: closed.signal }).then(pushing, () => {});
  };
  const push = pushSpecs({ cloud, hostId: host.id, agent, epoch: host.epoch, onFailed });
  const pushing = coalesce(async () => {
    if (up) await push.push();
  }, onFailed);

  const onRecorded = ({ strays, startAgain }: Recorded) => {
    if (startAgain > 0) pushing();
    for (const stray of strays) void recordStray(cloud, { hostId: host.id, agent, epoch: host.epoch }, stray).catch((error: unknown) => log.warn({ host: host.name, err: error }, 'stray not dealt with'));
  };
  let factsDueMs = 0;
  const refreshFacts = async () => {
    const facts = await agent.getHostFacts();
    factsDueMs = Date.now() + (facts.engine.ready ? factsMs.ready : factsMs.unready);
    await recordHostFacts(cloud.store, host.id, facts);
  };
  const comeUp = () => {
    if (up) return;
    refreshFacts().then(() => {
      up = true;
      log.info({ host: host.name }, 'host is up');
      pushing();
    }, (error: unknown) => log.warn({ host: host.name, err: error }, 'host facts not read'));
  };
  const pulling = pullUntil(closed.signal, async () => {
    try {
      await pullStatuses({ cloud, hostId: host.id, agent, epoch: host.epoch, signal: closed.signal, onUpdate: comeUp, onRecorded });
    } catch (error) {
      if (up) log.warn({ host: host.name, reason: toCloudError(error).message }, 'host is down');
    } finally {
      up = false;
      push.forget();
    }
  });
  const timers = [setInterval(pushing, passMs), setInterval(() => void (up && Date.now() > factsDueMs && refreshFacts().catch(() => {})), factsMs.unready)];
  const close = async () => {
    closed.abort();
    timers.forEach(clearInterval);
    agent.close();
    await pulling;
  };
  return { host, agent, isUp: () => up, wake: pushing, close };
}

async function pullUntil(signal: AbortSignal, pull: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await pull();
    await delay(retryMs, undefined, { signal }).catch(() => {});
  }
}

/** Runs `work` once for any number of calls that come while it runs, and once more after it for those. */
function coalesce(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const run = () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    work().catch(onError).finally(() => {
      running = false;
      if (again) run();
    });
  };
  return run;
}
