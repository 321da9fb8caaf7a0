import type { SetupEnd, SetupEntry, SetupStepChange } from '@novadock/model';
import { Prisma, type SetupEntry as SetupEntryRow, type SetupRun } from './generated/client.ts';
import { isUuid } from './instances.ts';
import type { Store, Transaction } from './open-store.ts';

/** Where each run is announced that got on, or ended; the payload is its id. */
export const setupRunsChannel = 'novadock_setup_runs';

export type NewSetupRun = { id: string; hostId: string; kind: string; profile: Prisma.InputJsonObject | null; requestId: string; userId: string };

/** How many runs of a host are kept that changed it, or were to, and as many that left it what it was. */
const kept = 50;

/** Adds a run to a host, whose oldest ones go. */
export async function insertSetupRun(tx: Transaction, { profile, ...run }: NewSetupRun): Promise<SetupRun> {
  await tx.$executeRaw`
    DELETE FROM "SetupRun" WHERE "finishedAt" IS NOT NULL AND id IN (
      SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY kind IN ('check', 'stage') ORDER BY "createdAt" DESC) AS place FROM "SetupRun" WHERE "hostId" = ${run.hostId}::uuid) runs
      WHERE place >= ${kept})`;
  return tx.setupRun.create({ data: { ...run, profile: profile ?? Prisma.DbNull } });
}

export async function findSetupRun(db: Store['prisma'] | Transaction, id: string): Promise<SetupRun | null> {
  return isUuid(id) ? db.setupRun.findUnique({ where: { id } }) : null;
}

/** The run that a host has to do; null when it has none. */
export function unfinishedSetupRun(db: Store['prisma'] | Transaction, hostId: string): Promise<SetupRun | null> {
  return db.setupRun.findFirst({ where: { hostId, finishedAt: null } });
}

/** The newest run of a host; of those that leave it what it is, only one that has not ended. */
export function lastSetupRun(db: Store['prisma'] | Transaction, hostId: string): Promise<SetupRun | null> {
  return db.setupRun.findFirst({ where: { hostId, OR: [{ kind: { notIn: ['check', 'stage'] } }, { finishedAt: null }] }, orderBy: { createdAt: 'desc' } });
}

/** The same of each host that has one, without their steps. */
export async function lastSetupRuns(store: Store): Promise<Map<string, Pick<SetupRun, 'id' | 'kind' | 'finishedAt' | 'ended'>>> {
  const { rows } = await store.pool.query<Pick<SetupRun, 'id' | 'kind' | 'finishedAt' | 'ended'> & { hostId: string }>({
    name: 'last-setup-runs',
    text: `SELECT r.* FROM "Host" h, LATERAL (
        SELECT s.id, s."hostId", s.kind, s."finishedAt", s.ended FROM "SetupRun" s
        WHERE s."hostId" = h.id AND (s.kind NOT IN ('check', 'stage') OR s."finishedAt" IS NULL) ORDER BY s."createdAt" DESC LIMIT 1) r`,
  });
  return new Map(rows.map(({ hostId, ...run }) => [hostId, run]));
}

/** A page of a host's runs, newest first, after the run `marker`; undefined when that is no run of it. */
export async function listSetupRunRows(store: Store, { hostId, limit, marker }: { hostId: string; limit: number; marker?: string }): Promise<SetupRun[] | undefined> {
  const after = marker === undefined ? undefined : await findSetupRun(store.prisma, marker);
  if (after === null || (after !== undefined && after.hostId !== hostId)) return undefined;
  const older = after === undefined ? {} : { OR: [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, id: { lt: after.id } }] };
  return store.prisma.setupRun.findMany({ where: { hostId, ...older }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit });
}

/** A run, and nobody else changes it before `tx` ends. */
export async function lockSetupRun(tx: Transaction, id: string): Promise<SetupRun | undefined> {
  return (await tx.$queryRaw<SetupRun[]>`SELECT * FROM "SetupRun" WHERE id = ${id}::uuid FOR UPDATE`)[0];
}

/** A host's row is kept from others until `tx` ends; false when there is none. */
export async function lockHost(tx: Transaction, hostId: string): Promise<boolean> {
  return (await tx.$queryRaw<object[]>`SELECT 1 FROM "Host" WHERE id = ${hostId}::uuid FOR UPDATE`).length === 1;
}

export type SetupProgress = {
  entries: SetupEntry[];
  /** Of the whole run. */
  steps: SetupStepChange[];
  lastSeq: number;
  ended: SetupEnd | undefined;
};

/** Writes what a run, which `tx` has locked, has come to. */
export async function writeSetupProgress(tx: Transaction, runId: string, { entries, steps, lastSeq, ended }: SetupProgress): Promise<void> {
  await tx.setupEntry.createMany({ data: entries.map(({ seq, atMs, ...data }) => ({ runId, seq, at: new Date(atMs), data: toJson(data) })) });
  const end = ended === undefined ? {} : { ended: toJson(ended), finishedAt: new Date() };
  await tx.setupRun.update({ where: { id: runId }, data: { steps: toJson(steps), lastSeq, ...end } });
}

export async function updateSetupRun(tx: Transaction, id: string, data: Pick<Prisma.SetupRunUncheckedUpdateInput, 'startedAt' | 'seqBase' | 'lost'>): Promise<void> {
  await tx.setupRun.update({ where: { id }, data });
}

export async function deleteSetupRunRow(tx: Transaction, id: string): Promise<void> {
  await tx.setupRun.delete({ where: { id } });
}

/** The entries of a run after `afterSeq`, in their order. */
export async function readSetupEntries(store: Store, { runId, afterSeq, limit }: { runId: string; afterSeq: number; limit: number }): Promise<SetupEntryRow[]> {
  const { rows } = await store.pool.query<SetupEntryRow>({ name: 'read-setup-entries', text: 'SELECT * FROM "SetupEntry" WHERE "runId" = $1 AND seq > $2 ORDER BY seq LIMIT $3', values: [runId, afterSeq, limit] });
  return rows;
}

/** PostgreSQL keeps no null characters and no halves of characters; commands may print them. */
function toJson<Value extends object>(value: Value): Value extends unknown[] ? Prisma.InputJsonArray : Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? item.replaceAll('\0', '').toWellFormed() : item)));
}
