import { setTimeout as delay } from 'node:timers/promises';
import { advanceForgetting, beginSetupRun, beginSetupRunAnew, failSetupRun, recordSetupEntries, type Cloud, type RecordedSetup } from '@novadock/cloud';
import { CloudError, toCloudError, type AgentService, type HostProfile, type SetupEntry, type SetupKind } from '@novadock/model';
import { findSetupRun, findSetupWork, type OwnedHost, type SetupRun } from '@novadock/store';
import { bringImages, needsImages } from './bring-images.ts';

export type FollowSetups = {
  cloud: Cloud;
  host: OwnedHost;
  agent: AgentService;
  /** Where hosts reach the control plane. */
  controllerUrl: string;
  signal: AbortSignal;
  isUp: () => boolean;
  /** Hears of steps that ended and of how a run did, once each. */
  onRecorded: (run: SetupRun, recorded: RecordedSetup) => void;
};

/** Of what commands print much comes at once: so long it is collected, unless a step gets on. */
const outputMs = 100;
const otherRunMs = 5_000;

/**
 * Has a host do the run that it is to do, and writes down what it does until it has ended; goes on where the database says it was. Then goes on
 * with forgetting the host where that is asked for. Throws `unavailable` when it is to be called again.
 */
export async function followSetups(options: FollowSetups): Promise<void> {
  const { cloud, host, agent, isUp, signal } = options;
  while (!signal.aborted) {
    const work = await findSetupWork(cloud.store, host.id);
    if (work === undefined) return;
    // An agent that takes itself off is not up for long.
    if (!isUp() && (work.run !== undefined || work.agentRemovalAt === null)) return;
    if (work.run === undefined) return advanceForgetting(cloud, { hostId: host.id, agent, epoch: host.epoch });
    await followRun(options, work.run);
  }
}

async function followRun(options: FollowSetups, run: SetupRun): Promise<void> {
  const { cloud, onRecorded } = options;
  try {
    if ((await beginSetupRun(cloud, run.id)) === undefined) return;
    // Before its first entry nobody knows whether the host heard of it; a run that is known there is not begun again.
    if (run.lastSeq === run.seqBase) await start(options, run);
    await watch(options, run);
  } catch (error) {
    const failure = toCloudError(error);
    // Somebody set the host up by hand, or a run that was withdrawn here was heard there: that ends by itself.
    if (failure.reason === 'setupRunning') await delay(otherRunMs, undefined, { signal: options.signal }).catch(() => {});
    if (failure.code === 'unavailable' || failure.reason === 'staleEpoch' || failure.reason === 'setupRunning') throw failure;
    if (failure.code === 'notFound' && (await beginSetupRunAnew(cloud, run.id))) return;
    // A fault of ours, such as a database that cannot be written, is no reason to give a run up.
    if (!(error instanceof CloudError)) throw error;
    const why = failure.code === 'notFound' ? new CloudError('internal', 'The host lost the journal of this run twice: see whether its disk is full or broken, then try again.', { reason: 'setupJournalLost' }) : failure;
    onRecorded(run, await failSetupRun(cloud, run.id, why));
  }
}

async function start({ agent, host, controllerUrl }: FollowSetups, run: SetupRun): Promise<void> {
  const profile = (run.profile as unknown as HostProfile | null) ?? undefined;
  await agent.startSetup({ runId: run.id, kind: run.kind as SetupKind, profile, epoch: host.epoch, controllerUrl });
}

/** Returns when the run has ended. */
async function watch(options: FollowSetups, { id, ...before }: SetupRun): Promise<void> {
  const { cloud, agent, signal, onRecorded } = options;
  const run = await findSetupRun(cloud.store.prisma, id);
  if (run === null || run.finishedAt !== null) return;
  let { seqBase } = before;
  let waiting: SetupEntry[] = [];
  let writing: Promise<void> | undefined;
  let gathering = new AbortController();
  const failed = new AbortController();
  let hasEnded = false;
  // While one write is under way, what comes in is joined to the next one.
  const write = async () => {
    while (waiting.length > 0 && !hasEnded) {
      gathering = new AbortController();
      if (waiting.every(isOutput)) await delay(outputMs, undefined, { signal: AbortSignal.any([signal, gathering.signal]) }).catch(() => {});
      let entries = waiting;
      waiting = [];
      const last = entries.at(-1);
      if (last !== undefined && 'ended' in last && needsImages(run, last.ended)) {
        // What the host did is on record before what is done for it.
        onRecorded(run, await recordSetupEntries(cloud, { runId: id, seqBase, entries: entries.slice(0, -1) }));
        const brought = await bringImages(options, run, last.ended);
        if (brought === undefined) return;
        seqBase = brought.seqBase;
        entries = [{ ...last, ended: brought.ended }];
      }
      const recorded = await recordSetupEntries(cloud, { runId: id, seqBase, entries });
      hasEnded = recorded.ended !== undefined;
      onRecorded(run, recorded);
    }
    // At once: an entry that comes from now on begins a write of its own.
    writing = undefined;
  };
  // What could not be written is read again, however long the host says nothing more.
  for await (const entry of agent.watchSetup({ runId: id, after: run.lastSeq - seqBase }, AbortSignal.any([signal, failed.signal]))) {
    waiting.push(entry);
    if (!isOutput(entry)) gathering.abort();
    writing ??= write().catch((error: unknown) => failed.abort(error));
    failed.signal.throwIfAborted();
  }
  await writing;
  failed.signal.throwIfAborted();
  if (!hasEnded) throw new CloudError('unavailable', 'The host stopped telling of the run before it ended.');
}

function isOutput(entry: SetupEntry): boolean {
  return 'output' in entry;
}
