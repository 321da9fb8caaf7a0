import { setTimeout as delay } from 'node:timers/promises';
import type { Driver } from '@novadock/docker';
import { CloudError } from '@novadock/model';
import type { Logger } from 'pino';
import type { EngineRecord } from './engine-record.ts';
import type { Reconciler } from './reconcile.ts';

export type FollowDeps = {
  driver: Driver;
  reconciler: Reconciler;
  engineRecord: EngineRecord;
  /** Starts the engine where nobody else does; throws when it does not run after that. */
  ensureEngine: () => Promise<unknown>;
  /** Whether the host was made fit to have an engine: before that, none is no fault. */
  isPrepared: () => Promise<boolean>;
  /** Told once the containers of the host are known. */
  onSynced: () => void;
  log: Logger;
  signal: AbortSignal;
};

const retryMs = { first: 100, most: 5000 } as const;
/** How often all containers are compared with what is known. */
const passMs = 30_000;

/** Tells the reconciler what happens in the engine, for as long as `signal` lets it: through its restarts, missing nothing. */
export async function followEngine(deps: FollowDeps): Promise<void> {
  const { log, signal } = deps;
  for (let failures = 0; !signal.aborted; failures += 1) {
    let why: object = {};
    try {
      await followOnce(deps, () => (failures = 0));
    } catch (error) {
      why = reasonOf(error);
    }
    if (signal.aborted) return;
    // Once, when it changes: a host may be without its engine for long.
    const [isNew, isPrepared] = [failures === 0, await deps.isPrepared().catch(() => true)];
    if (isNew && isPrepared) log.warn(why, 'the Docker Engine is away; it is followed once it answers');
    if (isNew && !isPrepared) log.info('no Docker Engine answers here yet: `novadock host prepare` brings one');
    await deps.ensureEngine().catch((error: unknown) => {
      if (isNew && isPrepared) log.warn(reasonOf(error), 'the Docker Engine does not run');
    });
    await delay(Math.min(retryMs.first * 2 ** failures, retryMs.most), undefined, { signal }).catch(() => {});
  }
}

/** What is expected to happen is told in words; a fault of ours with where it came from. */
function reasonOf(error: unknown): object {
  return error instanceof CloudError && error.code !== 'internal' ? { reason: error.message } : { err: error };
}

/** From a connection to the engine to its end. */
async function followOnce(deps: FollowDeps, onConnected: () => void): Promise<void> {
  const { driver, reconciler, engineRecord, onSynced, log, signal } = deps;
  const ended = new AbortController();
  try {
    // Before the first list: what happens after it is then among the events.
    const events = await driver.watchEvents(AbortSignal.any([signal, ended.signal]));
    await driver.ensureNetwork();
    await engineRecord.seen();
    await compare(deps, { anew: true });
    onConnected();
    onSynced();
    log.info('the Docker Engine is followed');
    void passUntil(ended.signal, deps);
    for await (const event of events) reconciler.noticed(event);
  } finally {
    ended.abort();
  }
}

/** Finds, every now and then, what no event told of. */
async function passUntil(signal: AbortSignal, deps: FollowDeps): Promise<void> {
  while (await delay(passMs, true, { signal }).catch(() => false)) {
    try {
      await compare(deps, { anew: false });
      await deps.engineRecord.seen();
      await deps.driver.ensureNetwork();
    } catch (error) {
      deps.log.warn(reasonOf(error), 'the containers could not be compared');
    }
  }
}

/** `anew`: each container is looked at, since events may have been missed. */
async function compare({ driver, reconciler }: FollowDeps, { anew }: { anew: boolean }): Promise<void> {
  const askedAtMs = Date.now();
  reconciler.sync(await driver.observeAll(anew ? () => undefined : reconciler.known), askedAtMs);
}
