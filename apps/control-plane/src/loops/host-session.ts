import { setTimeout as delay } from 'node:timers/promises';
import { recordStray, tellHostUp, type Cloud, type Recorded } from '@novadock/cloud';
import { toCloudError, type AgentService } from '@novadock/model';
import { connectAgent, type LiveIdentity, type TlsIdentity } from '@novadock/rpc';
import type { OwnedHost } from '@novadock/store';
import type { FastifyBaseLogger } from 'fastify';
import { coalesce, type Coalesced } from './coalesce.ts';
import { followSetups, type FollowSetups } from './follow-setups.ts';
import { factsPassMs, keepFacts, type KeptFacts } from './keep-facts.ts';
import { keepImages } from './keep-images.ts';
import { logSetup } from './log-setup.ts';
import { pullList, pullStatuses } from './pull-statuses.ts';
import { pushSpecs } from './push-specs.ts';

/** One host that this replica owns: the connection to its agent and the loops on it. */
export type HostSession = { host: OwnedHost; agent: AgentService; /** Undefined until its agent has answered or not. */ isUp: () => boolean | undefined; wake: () => void; close: () => Promise<void> };

export type SessionOptions = Pick<FollowSetups, 'controllerUrl'> & { onSetupRecorded: FollowSetups['onRecorded']; cloud: Cloud; host: OwnedHost; identity: TlsIdentity | LiveIdentity; log: FastifyBaseLogger; connect?: typeof connectAgent };

/** How long an image of its profile may be missing on a host that lost it. */
const imagesPassMs = 300_000;
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
  let up: boolean | undefined;
  let listed = false;
  const tryAgain = (what: string, again: () => void) => retry({ host: host.name, what, log, signal, again });
  const onPushFailed = tryAgain('specs not pushed', () => pushing.run());
  const push = pushSpecs({ cloud, hostId: host.id, agent, epoch: host.epoch, onFailed: onPushFailed });
  const pushing = coalesce(async () => {
    if (up === true && listed) await push.push();
  }, onPushFailed);

  const [condition, images] = [tellCondition(options), imagesLoop(options, agent)];
  const facts = keepFacts({ cloud, hostId: host.id, agent });
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
    condition.tell(true);
    log.info({ host: host.name }, 'host is up');
    wake();
  };
  const setups = setupLoop(options, { agent, signal, facts, isUp: () => up === true, onRecorded, failed: tryAgain('set-up not followed', () => setups.run()) });
  const pulling = pullUntil(signal, async () => {
    const attempt = new AbortController();
    void knock(attempt.signal);
    try {
      await pullStatuses({ cloud, hostId: host.id, agent, epoch: host.epoch, signal, onUpdate, onRecorded });
    } catch (error) {
      if (up === true) log.warn({ host: host.name, reason: toCloudError(error).message }, 'host is down');
    }
    attempt.abort();
    if (!signal.aborted) condition.tell(false);
    up = false;
    listed = false;
    push.forget();
  });
  const timers = [setInterval(wake, passMs), setInterval(condition.again, passMs), setInterval(() => up === true && facts.refreshIfDue(), factsPassMs), setInterval(() => up === true && images.run(), imagesPassMs)];
  const close = async () => {
    closed.abort();
    timers.forEach(clearInterval);
    agent.close();
    await Promise.all([pulling, setups.idle(), images.idle()]);
    await condition.told();
  };
  return { host, agent, isUp: () => up, wake, close };
}

/** Brings the host again what it has lost of the images of its profile. */
function imagesLoop({ cloud, host, log }: SessionOptions, agent: AgentService): Coalesced {
  return coalesce(() => keepImages({ cloud, hostId: host.id, agent }), (error) => log.warn({ host: host.name, err: error }, 'images of its profile not brought to the host; will be tried again'));
}

type SetupLoop = Pick<FollowSetups, 'agent' | 'signal' | 'isUp'> & { facts: KeptFacts; onRecorded: (recorded: Recorded) => void; failed: (error: unknown) => void };

/** Has the host do its runs; after each it is asked at once what it is now, and what runs on it (R8). */
function setupLoop(options: SessionOptions, { facts, onRecorded, failed, ...rest }: SetupLoop): Coalesced {
  const { cloud, host, log } = options;
  const list = coalesce(
    () => pullList({ cloud, hostId: host.id, epoch: host.epoch, agent: rest.agent, signal: rest.signal, onRecorded }),
    (error) => log.debug({ host: host.name, err: error }, 'the host did not tell what runs on it; its next list does'),
  );
  const onSetupRecorded: FollowSetups['onRecorded'] = (run, recorded) => {
    options.onSetupRecorded(run, recorded);
    logSetup({ log, host: host.name, run, recorded });
    if (recorded.ended === undefined) return;
    facts.expire();
    facts.refreshIfDue();
    list.run();
  };
  const loop = coalesce(() => followSetups({ ...options, ...rest, onRecorded: onSetupRecorded }), failed);
  return { run: loop.run, idle: () => Promise.all([loop.idle(), list.idle()]).then(() => {}) };
}

/** Writes down whether the host answers; one at a time, so that the last word is the newest. */
function tellCondition({ cloud, host, log }: SessionOptions): { tell: (up: boolean) => void; again: () => void; told: () => Promise<void> } {
  let telling = Promise.resolve();
  let waiting = 0;
  let last: boolean | undefined;
  const tell = (up: boolean) => {
    [last, waiting] = [up, waiting + 1];
    telling = telling
      .then(() => tellHostUp(cloud, host, up))
      .catch((error: unknown) => log.warn({ host: host.name, err: error }, 'not written down whether the host answers; will be tried again'))
      .finally(() => (waiting -= 1));
  };
  // Where it is written down already this changes nothing.
  const again = () => {
    if (last !== undefined && waiting === 0) tell(last);
  };
  return { tell, again, told: () => telling };
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
