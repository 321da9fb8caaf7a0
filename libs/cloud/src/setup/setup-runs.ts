import { CloudError, type SetupEntry } from '@novadock/model';
import { deleteSetupRunRow, findSetupRun, inTransaction, listSetupRunRows, lockSetupRun, notify, readSetupEntries, recordEvent, setupRunsChannel, type SetupEntryRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { hostUp } from '../hosts/host-up.ts';
import { findNamedHost } from '../hosts/find-named-host.ts';
import { toSetupRunView, type SetupRunView } from './setup-run-view.ts';
import type { SetupFeed } from './setup-feed.ts';

/** A run of a host's; throws `notFound`. `host`: its id or name. */
export type RunOfHost = { host: string; runId: string };

/** An announcement that was missed costs no more than this. */
const recheckMs = 5_000;

export async function getSetupRun(cloud: Cloud, { host: idOrName, runId }: RunOfHost): Promise<SetupRunView> {
  const host = await findNamedHost(cloud.store.prisma, idOrName);
  const run = await findSetupRun(cloud.store.prisma, runId);
  if (run === null || run.hostId !== host.id) throw noRun(idOrName, runId);
  return toSetupRunView(run, { ...host, up: hostUp(cloud, host) });
}

/** A page of a host's runs, newest first. Throws `notFound` (host), `invalid` when the marker is no run of it. */
export async function listSetupRuns(cloud: Cloud, { host: idOrName, limit, marker }: { host: string; limit: number; marker?: string }): Promise<{ runs: SetupRunView[]; more: boolean }> {
  const host = await findNamedHost(cloud.store.prisma, idOrName);
  const rows = await listSetupRunRows(cloud.store, { hostId: host.id, limit: limit + 1, marker });
  if (rows === undefined) throw new CloudError('invalid', `The marker ${marker} is no run of host ${host.name}.`, { reason: 'markerNotFound' });
  const up = hostUp(cloud, host);
  return { runs: rows.slice(0, limit).map((row) => toSetupRunView(row, { ...host, up })), more: rows.length > limit };
}

/** Withdraws a run that its host was not told of. Throws `notFound`, `conflict` once it was. */
export async function deleteSetupRun(cloud: Cloud, { host: idOrName, runId }: RunOfHost): Promise<void> {
  const { id, hostId, hostName } = await getSetupRun(cloud, { host: idOrName, runId });
  await inTransaction(cloud.store, async (tx) => {
    const run = await lockSetupRun(tx, id);
    if (run === undefined) throw noRun(idOrName, runId);
    if (run.startedAt !== null || run.finishedAt !== null) throw new CloudError('conflict', `Run ${id} has begun on ${hostName}: it goes on to its end.`, { reason: 'setupRunBegun' });
    await deleteSetupRunRow(tx, id);
    await recordEvent(tx, { kind: 'host.setup_withdrawn', subjectId: hostId, data: { name: hostName, run: id, kind: run.kind } });
    await notify(tx, setupRunsChannel, id);
  });
}

/** Waits until a run has ended, or the time is over, and gives what has become of it. Throws `notFound` when it was withdrawn. */
export async function waitForSetupRun(cloud: Cloud, feed: SetupFeed, { host, runId, timeoutMs, signal }: RunOfHost & { timeoutMs: number; signal?: AbortSignal }): Promise<SetupRunView> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const news = await feed.expectNews(runId);
    const run = await getSetupRun(cloud, { host, runId });
    const leftMs = giveUpAt - Date.now();
    if (run.finishedAt !== null || leftMs <= 0 || feed.ended.aborted || signal?.aborted === true) return run;
    await news.wait(Math.min(leftMs, recheckMs), signal);
  }
}

/** A page of the entries of a run after `afterSeq`, in order, and whether there are more. */
export async function listSetupEntries({ store }: Pick<Cloud, 'store'>, { runId, afterSeq, limit }: { runId: string; afterSeq: number; limit: number }): Promise<{ entries: SetupEntry[]; more: boolean }> {
  const rows = await readSetupEntries(store, { runId, afterSeq, limit: limit + 1 });
  return { entries: rows.slice(0, limit).map(toEntry), more: rows.length > limit };
}

/** The entries of a run after `afterSeq`, as they come; nothing for a while is an empty list. Ends after the one that ends it, or when the run is gone. */
export async function* followSetupEntries(cloud: Cloud, feed: SetupFeed, options: { runId: string; afterSeq: number; signal: AbortSignal; quietMs: number }): AsyncGenerator<SetupEntry[]> {
  const { runId, signal, quietMs } = options;
  for (let afterSeq = options.afterSeq; !signal.aborted && !feed.ended.aborted; ) {
    const news = await feed.expectNews(runId);
    // Read before its entries: when it has ended, they are all there.
    const run = await findSetupRun(cloud.store.prisma, runId);
    const { entries, more } = await listSetupEntries(cloud, { runId, afterSeq, limit: 500 });
    afterSeq = entries.at(-1)?.seq ?? afterSeq;
    if (entries.length > 0) yield entries;
    if (more) continue;
    if (run === null || run.finishedAt !== null) return;
    if (entries.length > 0) continue;
    await news.wait(Math.min(quietMs, recheckMs), signal);
    yield [];
  }
}

function toEntry({ seq, at, data }: SetupEntryRow): SetupEntry {
  return { ...(data as unknown as { ended: never }), seq, atMs: at.getTime() };
}

function noRun(host: string, runId: string): CloudError {
  return new CloudError('notFound', `Host ${host} has no run ${runId}.`, { reason: 'setupRunNotFound' });
}
