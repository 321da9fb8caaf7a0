import { setTimeout as delay } from 'node:timers/promises';
import { recordStray, tellHostUp, type Cloud, type Recorded } from '@novadock/cloud';
import { toCloudError, type AgentService } from '@novadock/model';
import { connectAgent, type LiveIdentity, type TlsIdentity } from '@novadock/rpc';
import type { OwnedHost } from '@novadock/store';
import type { FastifyBaseLogger } from 'fastify';
import { coalesce } from './coalesce.ts';
import { followSetups, type FollowSetups } from './follow-setups.ts';
import { factsPassMs, keepFacts } from './keep-facts.ts';
import { pullList, pullStatuses } from './pull-statuses.ts';
import { pushSpecs } from './push-specs.ts';

/** One host that this replica owns: the connection to its agent and the loops on it. */
export type HostSession = { host: OwnedHost; agent: AgentService; isUp: () => boolean; wake: () => void; close: () => Promise<void> };

export type SessionOptions = Pick<FollowSetups, 'controllerUrl'> & { onSetupRecorded: FollowSetups['onRecorded']; cloud: Cloud; host: OwnedHost; identity: TlsIdentity | LiveIdentity; log: FastifyBaseLogger; connect?: typeof connectAgent };

/** The pass that catches what no wake told of. */
const passMs = 5_000;
const retryMs = 500;

/** Talks to a host until closed: reconnects, pulls its statuses, pushes specs and has its set-up done when woken and on a slower pass. */
export function openHostSession(options: SessionOptions): HostSession {
  const { cloud, host, identity, log } = options;
  const agent = (options.connect ?? connectAgent)({ address: host.address, hostId: host.id, identity });
  const closed = new AbortController();
  const { signal } = closed;
  // Its agent answers; before its engine runs it knows of no instances, and nothing can be said of them.
  let up = false;
  let listed = false;
  const tryAgain = (what: string, again: () => void) => retry({ host: host.name, what, log, signal, again });
  const onPushFailed = tryAgain('specs not pushed', () => pushing.run());
  const push = pushSpecs({ cloud, hostId: host.id, agent, epoch: host.epoch, onFailed: onPushFailed });
  const pushing = coalesce(async () => {
    if (up && listed) await push.push();
  }, onPushFailed);

  // One at a time: the last word is the newest.
  let telling = Promise.resolve();
  const tellUp = (isUp: boolean) => {
    telling = telling.then(() => tellHostUp(cloud, host.id, isUp)).catch((error: unknown) => log.warn({ host: host.name, err: error }, 'not written down whether the host answers'));
  };
  const facts = keepFacts({ cloud, hostId: host.id, agent });
  const onSetupRecorded: FollowSetups['onRecorded'] = (run, recorded) => {
    options.onSetupRecorded(run, recorded);
    if (recorded.ended === undefined) return;
    facts.expire();
    facts.refreshIfDue();
    listing.run();
  };
  const setups = coalesce(() => followSetups({ ...options, agent, signal, isUp: () => up, onRecorded: onSetupRecorded }), tryAgain('set-up not followed', () => setups.run()));
  const wake = () => {
    pushing.run();
    setups.run();
  };

  const onRecorded = ({ strays, startAgain }: Recorded) => {
    if (startAgain > 0) pushing.run();
    for (const stray of strays) void recordStray(cloud, { hostId: host.id, agent, epoch: host.epoch }, stray).catch((error: unknown) => log.warn({ host: host.name, err: error }, 'stray not dealt with'));
  };
  const onUpdate = () => {
    if (listed) return;
    listed = true;
    pushing.run();
  };
  const knock = async (attempt: AbortSignal) => {
    if (!(await facts.untilAnswered(attempt)) || attempt.aborted) return;
    up = true;
    tellUp(true);
    log.info({ host: host.name }, 'host is up');
    wake();
  };
  // R8: after a run of its set-up a host is asked at once what runs on it.
  const listing = coalesce(() => pullList({ cloud, hostId: host.id, agent, epoch: host.epoch, signal, onUpdate, onRecorded }), (error) => log.debug({ host: host.name, err: error }, 'the host did not tell what runs on it; its next list does'));
  const pulling = pullUntil(signal, async () => {
    const attempt = new AbortController();
    void knock(attempt.signal);
    try {
      await pullStatuses({ cloud, hostId: host.id, agent, epoch: host.epoch, signal, onUpdate, onRecorded });
    } catch (error) {
      if (up) log.warn({ host: host.name, reason: toCloudError(error).message }, 'host is down');
    }
    attempt.abort();
    if (!signal.aborted) tellUp(false);
    up = false;
    listed = false;
    push.forget();
  });
  const timers = [setInterval(wake, passMs), setInterval(() => up && facts.refreshIfDue(), factsPassMs)];
  const close = async () => {
    closed.abort();
    timers.forEach(clearInterval);
    agent.close();
    await Promise.all([pulling, setups.idle(), listing.idle()]);
    await telling;
  };
  return { host, agent, isUp: () => up, wake, close };
}

/** Says once that something failed, and has it done again a little later. */
function retry({ host, what, log, signal, again }: { host: string; what: string; log: FastifyBaseLogger; signal: AbortSignal; again: () => void }): (error: unknown) => void {
  return (error) => {
    if (signal.aborted) return;
    log.warn({ host, err: error }, `${what}; will be tried again`);
    void delay(retryMs, undefined, { signal }).then(again, () => {});
  };
}

async function pullUntil(signal: AbortSignal, pull: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await pull();
    await delay(retryMs, undefined, { signal }).catch(() => {});
  }
}
