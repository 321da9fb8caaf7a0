import type { PlanView, RolloutHostLog, RolloutHostView, RolloutView } from '@novadock/cloud';
import { Type, type Static } from 'typebox';
import { labelsSchema } from '../labels-schema.ts';
import { dateTime, nullable, oneOf, refTo } from '../schemas.ts';

export const rolloutState = oneOf(['draft', 'planned', 'awaiting_approval', 'running', 'paused', 'succeeded', 'failed', 'aborted', 'superseded', 'rolling_back', 'rollback_paused', 'rolled_back']);
const count = Type.Integer();
const name = Type.String({ description: 'r-1, r-2, …' });

const counts = Type.Object(
  { hosts: count, pending: count, ok: count, running: count, failed: count, offline: count, skipped: count, reverted: count },
  { description: 'Hosts by what they have come to; each but `hosts` is a part of it. `offline`: away at its turn, which is no failure.' },
);

const wave = Type.Object({ name: Type.String(), state: oneOf(['pending', 'running', 'baking', 'done']), planned: count, allowedFailures: Type.Integer({ description: 'More than so many, and the rollout stops.' }), counts });

export const selectSchema = Type.Object(
  {
    labels: Type.Optional(labelsSchema),
    hosts: Type.Optional(Type.Array(Type.String(), { maxItems: 10_000, description: 'Only these, by name or id.' })),
    exclude: Type.Optional(Type.Array(Type.String(), { maxItems: 10_000, description: 'Not these, by name or id.' })),
  },
  { additionalProperties: false, description: 'All hosts unless said.' },
);

export const strategySchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'canary {count, hosts, bake, onFailure}, waves, maxInFlight, ratePerMinute, failure {max, consecutive, count, action}, health {minHealthy, hostDeadline, progressDeadline}, drain {mode, timeout}, offline {policy, after}, lateJoiners, window {days, start, tz, length}, approval, locks, supersede. What is left out has its default.',
});

export const rolloutSchema = Type.Object(
  {
    id: name,
    etag: Type.String({ description: 'For If-Match.' }),
    profile: Type.Object({ name: Type.String(), revision: count }),
    hash: Type.String({ description: "The revision's." }),
    select: Type.Object({ labels: Type.Record(Type.String(), Type.String()), hosts: Type.Array(Type.String()), exclude: Type.Array(Type.String()) }),
    strategy: Type.Record(Type.String(), Type.Unknown(), { description: 'With its defaults filled in; times in milliseconds, shares as hundredths of a percent or as numbers of hosts.' }),
    strict: Type.Boolean(),
    state: rolloutState,
    reason: nullable(oneOf(['operator', 'threshold', 'gate', 'window', 'progress_deadline', 'abort'])),
    stateAt: dateTime,
    planned: Type.Integer({ description: 'How many hosts were to change.' }),
    waves: Type.Array(wave),
    counts,
    behind: Type.Integer({ description: 'Hosts that were away, are back, and serve on their old revision until their turn.' }),
    inFlight: count,
    inFlightLimit: count,
    disturbed: Type.Integer({ description: 'Instances that are not the same containers, or not the same starts of them, as before, though nobody asked for it.' }),
    failures: Type.Integer({ description: 'Hosts whose last attempt failed, also those that are being reverted after it.' }),
    etaAt: nullable(dateTime),
    approvedBy: nullable(Type.String()),
    supersededBy: nullable(Type.String()),
    rollback: nullable(Type.Object({ scope: Type.Unknown({ description: 'touched, failed, or {hosts}.' }), reason: Type.String() })),
    createdBy: Type.String(),
    createdAt: dateTime,
    startedAt: nullable(dateTime),
  },
  { $id: 'Rollout' },
);

export const rolloutPlanSchema = Type.Object(
  {
    profile: Type.Object({ name: Type.String(), revision: count }),
    planned: Type.Integer({ description: 'How many hosts change.' }),
    inFlightLimit: count,
    waves: Type.Array(Type.Object({ name: Type.String(), hosts: count, allowedFailures: count })),
    groups: Type.Array(Type.Object({ changes: Type.Array(Type.String()), hosts: count }), { description: 'Hosts with the same changes, the largest group first.' }),
    packages: Type.Array(
      Type.Object({
        operatingSystem: Type.String(), architecture: Type.String(), hosts: count,
        exact: Type.Array(Type.String({ description: 'docker.io 26.1.5+dfsg1-9' })),
        askedHost: nullable(Type.String({ description: 'Its name; null: none was asked.' })),
        note: Type.String({ description: 'Why there are none, or they are not known; empty otherwise.' }),
      }),
      { description: 'Of hosts that are to have another engine, its packages as one of them finds them in its repositories. Where these do not have it, all of them are in `blocked`.' },
    ),
    skipped: Type.Array(Type.Object({ host: Type.String(), reason: oneOf(['already', 'offline', 'locked', 'excluded']), wave: nullable(Type.String({ description: 'Its turn, if it is back by then.' })) })),
    blocked: Type.Array(Type.Object({ host: Type.String(), code: Type.String(), why: Type.String() })),
  },
  { $id: 'RolloutPlan' },
);

const error = Type.Object({ code: Type.String(), step: Type.String(), message: Type.String(), logTail: Type.String() });

export const rolloutHostSchema = Type.Object(
  {
    hostId: Type.String({ format: 'uuid' }),
    host: Type.String({ description: 'Its name.' }),
    zone: Type.String(),
    wave: nullable(count),
    state: Type.String({ description: 'What it is in progress towards.' }),
    stateAt: dateTime,
    appliedHash: Type.String({ description: 'What it is on now; empty: nothing that is known.' }),
    attempt: count,
    skipped: nullable(Type.String()),
    failure: nullable(oneOf(['failed', 'timed_out', 'lost'])),
    acknowledged: Type.Boolean(),
    error: nullable(error),
    touched: Type.Boolean({ description: 'It is not, or may not be, as this rollout found it.' }),
    cordoned: Type.Boolean(),
    behind: Type.Boolean(),
    disturbed: count,
    online: Type.Boolean(),
  },
  { $id: 'RolloutHost' },
);

const time = nullable(dateTime);
export const rolloutLogSchema = Type.Object(
  {
    hostId: Type.String({ format: 'uuid' }),
    host: Type.String(),
    state: Type.String(),
    attempt: count,
    error: nullable(error),
    steps: Type.Array(Type.Object({ step: Type.String(), run: Type.String({ format: 'uuid', description: 'The run of its set-up.' }), startedAt: time, finishedAt: time, succeeded: nullable(Type.Boolean()), error: nullable(Type.Object({ code: Type.String(), message: Type.String(), step: Type.String() })), output: Type.String() })),
  },
  { $id: 'RolloutLog' },
);

export const rolloutParams = Type.Object({ rollout: name });
export const rolloutPolicy = { adminPolicy: 'novadock:rollouts' };
export const rolloutReply = refTo(rolloutSchema);

/** A rollout as /v1 shows it. */
export function toRollout(view: RolloutView): Static<typeof rolloutSchema> {
  const { name: id, target, selection, strategy, strict, state, reason, planned, waves, behind, inFlight, inFlightLimit, disturbed, failures, approvedBy, supersededBy, createdBy } = view;
  return {
    id, strict, state, reason, planned, behind, inFlight, inFlightLimit, disturbed, failures, approvedBy, supersededBy, createdBy,
    etag: etagOf(view),
    profile: { name: view.profile, revision: view.revision },
    hash: target,
    select: selection,
    strategy: strategy as unknown as Record<string, unknown>,
    stateAt: view.stateAt.toISOString(),
    waves,
    counts: view.counts,
    etaAt: view.etaAt?.toISOString() ?? null,
    rollback: view.rollback && { scope: view.rollback.scope, reason: view.rollback.reason },
    createdAt: view.createdAt.toISOString(),
    startedAt: view.startedAt?.toISOString() ?? null,
  };
}


export function etagOf({ version }: Pick<RolloutView, 'version'>): string {
  return `"${version}"`;
}

export function toPlan({ profile, revision, plan }: { profile: string; revision: number; plan: PlanView }): Static<typeof rolloutPlanSchema> {
  return { profile: { name: profile, revision }, ...plan };
}

export function toRolloutHost(view: RolloutHostView): Static<typeof rolloutHostSchema> {
  const { hostId, name: host, zone, wave: waveIndex, state, attempt, skipped, failure, acknowledged, error: why, touched, cordoned, behind, disturbed, facts } = view;
  return { hostId, host, zone, wave: waveIndex, state, stateAt: new Date(view.stateAtMs).toISOString(), appliedHash: facts.appliedHash, attempt, skipped, failure, acknowledged, error: why, touched, cordoned, behind, disturbed, online: facts.online };
}

export function toRolloutLog({ name: host, steps, ...log }: RolloutHostLog): Static<typeof rolloutLogSchema> {
  return { ...log, host, steps: steps.map((one) => ({ ...one, startedAt: one.startedAt?.toISOString() ?? null, finishedAt: one.finishedAt?.toISOString() ?? null, succeeded: one.succeeded ?? null, error: one.error ?? null })) };
}
