import type { SetupRunView } from '@novadock/cloud';
import type { SetupEntry } from '@novadock/model';
import { Type, type Static } from 'typebox';
import { dateTime, nullable, oneOf } from '../schemas.ts';

export const setupKind = oneOf(['apply', 'check', 'stage', 'undo'], '`check` only looks; `stage` fetches what `apply` will need; `undo` takes back what `apply` changed.');

const step = Type.Object({
  name: Type.String(),
  title: Type.String(),
  state: oneOf(['runs', 'ok', 'wouldChange', 'changed', 'failed']),
  detail: Type.String({ description: 'What was found, is done or was done; why it failed, and what to do.' }),
  files: Type.Array(Type.Object({ path: Type.String(), diff: Type.String({ description: 'Unified.' }) })),
  durationMs: Type.Integer(),
  packages: Type.Optional(Type.Array(Type.Object({ name: Type.String(), version: Type.String() }), { description: 'With `wouldChange`: what the host would have of the profile\'s engine then, as far as that is known to the version.' })),
});

const error = Type.Object({ code: Type.String(), message: Type.String(), step: Type.String() });

export const setupRunSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    hostId: Type.String({ format: 'uuid' }),
    host: Type.String({ description: 'Its name.' }),
    kind: setupKind,
    profile: nullable(Type.Object({ name: Type.String(), revision: Type.Integer() })),
    state: oneOf(['pending', 'running', 'succeeded', 'failed'], '`pending`: its host was not told of it yet.'),
    waitingSince: nullable(Type.String({ format: 'date-time', description: 'Since when its host does not answer: it begins, or is told of, when that is back.' })),
    createdAt: dateTime,
    startedAt: nullable(dateTime),
    finishedAt: nullable(dateTime),
    steps: Type.Array(step, { description: 'The newest state of each.' }),
    changed: nullable(Type.Integer({ description: 'How many steps changed something, or would; null before its end.' })),
    error: nullable(error),
    lastSeq: Type.Integer({ description: 'Of its newest entry.' }),
  },
  { $id: 'SetupRun' },
);

export const setupEntrySchema = Type.Object(
  {
    seq: Type.Integer({ description: '1, 2, 3, …: where to go on from.' }),
    at: dateTime,
    step: nullable(step),
    output: nullable(Type.Object({ step: Type.String(), text: Type.String({ description: 'What a step printed: the command line first.' }) })),
    ended: nullable(Type.Object({ succeeded: Type.Boolean(), changed: Type.Integer(), error: nullable(error) })),
  },
  { $id: 'SetupEntry', description: 'One of step, output and ended.' },
);

export const setupRunParams = Type.Object({ host: Type.String({ description: 'Its id or name.' }), run: Type.String({ description: 'Its id.' }) });

/** A run as /v1 shows it. */
export function toSetupRun(view: SetupRunView): Static<typeof setupRunSchema> {
  const { id, hostId, hostName, kind, profile, steps, ended, lastSeq } = view;
  return {
    id, hostId, host: hostName, kind, profile: profile ?? null, state: stateOf(view), waitingSince: toTime(view.waitingSince),
    createdAt: view.createdAt.toISOString(), startedAt: toTime(view.startedAt), finishedAt: toTime(view.finishedAt),
    steps, changed: ended?.changed ?? null, error: ended?.error ?? null, lastSeq,
  };
}

/** An entry of its journal as /v1 shows it. */
export function toSetupEntry(entry: SetupEntry): Static<typeof setupEntrySchema> {
  return {
    seq: entry.seq,
    at: new Date(entry.atMs).toISOString(),
    step: 'step' in entry ? entry.step : null,
    output: 'output' in entry ? entry.output : null,
    ended: 'ended' in entry ? { ...entry.ended, error: entry.ended.error ?? null } : null,
  };
}

function stateOf({ startedAt, finishedAt, ended }: SetupRunView): 'pending' | 'running' | 'succeeded' | 'failed' {
  if (finishedAt !== null) return ended?.succeeded === true ? 'succeeded' : 'failed';
  return startedAt === null ? 'pending' : 'running';
}

function toTime(date: Date | null | undefined): string | null {
  return date?.toISOString() ?? null;
}
