import { CloudError, mergeSteps, type SetupEnd, type SetupEntry, type SetupStepChange } from '@novadock/model';
import { findHost, inTransaction, lockSetupRun, notify, recordEvent, rolloutsChannel, setupRunsChannel, updateHost, updateSetupRun, writeSetupProgress, type Host, type SetupRun, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { notPreparedReason } from './request-setup-run.ts';

/** `seqBase`: what the run had when the entries began to be read, by which they are numbered. */
export type RecordSetupEntries = { runId: string; seqBase: number; entries: SetupEntry[] };

/** What was new: steps that began (`runs`, once each) and ended, in order, and how the run did. */
export type RecordedSetup = { steps: SetupStepChange[]; ended: SetupEnd | undefined };

/**
 * Writes entries of a run's journal as its host numbers them, each once, and in the same transaction what they come to: steps, end, events.
 * Throws `unavailable` when an entry is missing before them: read again from where the run is.
 */
export function recordSetupEntries(cloud: Pick<Cloud, 'store'>, { runId, seqBase, entries }: RecordSetupEntries): Promise<RecordedSetup> {
  return inTransaction(cloud.store, async (tx) => {
    const run = await lockSetupRun(tx, runId);
    if (run === undefined || run.finishedAt !== null) return { steps: [], ended: undefined };
    if (run.seqBase !== seqBase) throw new CloudError('unavailable', 'The journal was begun anew meanwhile.', { reason: 'setupJournalGap' });
    return writeEntries(tx, run, newEntries(entries.map((entry) => ({ ...entry, seq: entry.seq + seqBase })), run.lastSeq));
  });
}

/**
 * Adds a step to a run that the control plane does for it, after those that its host has told of; undefined when the run has ended. From then on the host's
 * entries are counted from `seqBase`. `skipped`: images that its profile names and that there are no more.
 */
export function recordOwnStep(cloud: Pick<Cloud, 'store'>, runId: string, { step, skipped = [] }: { step: SetupStepChange; skipped?: string[] }): Promise<(RecordedSetup & { seqBase: number }) | undefined> {
  return inTransaction(cloud.store, async (tx) => {
    const run = await lockSetupRun(tx, runId);
    if (run === undefined || run.finishedAt !== null) return undefined;
    const recorded = await writeEntries(tx, run, [{ seq: run.lastSeq + 1, atMs: Date.now(), step }]);
    const seqBase = run.seqBase + 1;
    await updateSetupRun(tx, runId, { seqBase });
    const host = skipped.length === 0 ? null : await findHost(tx, { id: run.hostId });
    for (const image of skipped) if (host !== null) await recordEvent(tx, { kind: 'host.image_skipped', subjectId: host.id, data: { name: host.name, run: runId, image } });
    return { ...recorded, seqBase };
  });
}

/** Ends a run that its host cannot end, with an entry that says why. What has ended already stays as it is. */
export function failSetupRun(cloud: Pick<Cloud, 'store'>, runId: string, error: Pick<CloudError, 'code' | 'reason' | 'message'>): Promise<RecordedSetup> {
  return inTransaction(cloud.store, async (tx) => {
    const run = await lockSetupRun(tx, runId);
    if (run === undefined || run.finishedAt !== null) return { steps: [], ended: undefined };
    const ended = { succeeded: false, changed: 0, error: { code: error.reason ?? error.code, message: error.message, step: '' } };
    return writeEntries(tx, run, [{ seq: run.lastSeq + 1, atMs: Date.now(), ended }]);
  });
}

/** Those that come after what is known, each once. */
function newEntries(entries: SetupEntry[], lastSeq: number): SetupEntry[] {
  const fresh: SetupEntry[] = [];
  for (const entry of entries) if (entry.seq > (fresh.at(-1)?.seq ?? lastSeq)) fresh.push(entry);
  return fresh;
}

async function writeEntries(tx: Transaction, run: SetupRun, entries: SetupEntry[]): Promise<RecordedSetup> {
  const [first] = entries;
  if (first === undefined) return { steps: [], ended: undefined };
  if (entries.some(({ seq }, index) => seq !== run.lastSeq + 1 + index)) throw new CloudError('unavailable', `An entry after ${run.lastSeq} is missing: the next one is ${first.seq}.`, { reason: 'setupJournalGap' });
  const changes = entries.flatMap((entry) => ('step' in entry ? [entry.step] : []));
  const [ended] = entries.flatMap((entry) => ('ended' in entry ? [entry.ended] : []));
  const before = run.steps as unknown as SetupStepChange[];
  const steps = mergeSteps(before, changes);
  await writeSetupProgress(tx, run.id, { entries, steps, lastSeq: run.lastSeq + entries.length, ended });
  const host = await findHost(tx, { id: run.hostId });
  if (host !== null) await recordEvents(tx, { run, host, changes, ended });
  await notify(tx, setupRunsChannel, run.id);
  if (ended !== undefined) await notify(tx, rolloutsChannel);
  return { steps: withoutRepeats(before, changes), ended };
}

/** A step that runs is told of again when it is known what it will do. */
function withoutRepeats(before: SetupStepChange[], changes: SetupStepChange[]): SetupStepChange[] {
  const states = new Map(before.map(({ name, state }) => [name, state]));
  return changes.filter(({ name, state }) => {
    const isNew = state !== 'runs' || states.get(name) !== 'runs';
    states.set(name, state);
    return isNew;
  });
}

async function recordEvents(tx: Transaction, { run, host, changes, ended }: { run: SetupRun; host: Host; changes: SetupStepChange[]; ended: SetupEnd | undefined }): Promise<void> {
  const about = { name: host.name, run: run.id, kind: run.kind };
  for (const { name, state, detail, durationMs } of changes) {
    await recordEvent(tx, { kind: 'host.setup_step', subjectId: host.id, data: { ...about, step: name, state, detail, durationMs } });
  }
  if (ended === undefined) return;
  await recordEvent(tx, { kind: ended.succeeded ? 'host.setup_succeeded' : 'host.setup_failed', subjectId: host.id, data: { ...about, ...outcomeOf(ended) } });
  // It was closed to instances when its set-up was taken back.
  if (!ended.succeeded || run.kind !== 'apply' || host.disabledReason !== notPreparedReason) return;
  await updateHost(tx, host.id, { enabled: true, disabledReason: null });
  await recordEvent(tx, { kind: 'host.enabled', subjectId: host.id, data: { name: host.name, reason: null } });
}

function outcomeOf({ succeeded, changed, error }: SetupEnd) {
  if (succeeded) return { changed };
  return { code: error?.code ?? 'internal', message: error?.message ?? 'The host gave no reason.', step: error?.step ?? '' };
}
