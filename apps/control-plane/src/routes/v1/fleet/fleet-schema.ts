import type { FleetView } from '@novadock/cloud';
import { Type, type Static } from 'typebox';
import { rolloutSchema, toRollout } from '../rollouts/rollout-schema.ts';
import { dateTime, nullable, oneOf, refTo } from '../schemas.ts';

const count = Type.Integer();
const text = nullable(Type.String());

const brokenSchema = Type.Object({
  kind: oneOf(['host_down', 'engine_not_ready', 'rollout_failed', 'setup_failed', 'drifted', 'instance_error']),
  id: Type.String({ format: 'uuid', description: 'Of the host or the instance.' }),
  name: Type.String(),
  since: nullable(dateTime),
  message: Type.String({ description: 'Why, and what to do.' }),
  code: text,
  step: text,
  logTail: nullable(Type.String({ description: 'The last of what the step printed.' })),
  rollout: nullable(Type.String({ description: 'In which the host failed.' })),
});

export const fleetSchema = Type.Object(
  {
    at: dateTime,
    hosts: Type.Object({
      total: count,
      up: Type.Integer({ description: 'Their agents answer.' }),
      down: Type.Integer({ description: 'Those that are not revoked and do not answer.' }),
      notReady: Type.Integer({ description: 'Up, and their engine is not ready.' }),
      disabled: Type.Integer({ description: 'Take no new instances, because somebody said so.' }),
      cordoned: Type.Integer({ description: 'Take no new instances while a rollout is at work on them.' }),
      revoked: count,
      behind: Type.Integer({ description: 'Were away at their turn in a rollout, are back, and serve on what they had.' }),
      setup: Type.Object({ none: count, ok: count, drifted: count, running: count, failed: count }),
    }),
    instances: Type.Object({ total: count, active: count, stopped: count, paused: count, building: count, error: count }),
    rollouts: Type.Array(refTo(rolloutSchema), { description: 'The newest ten that have not ended, those under way first, then the last three that have.' }),
    broken: Type.Object({
      total: count,
      counts: Type.Object({ host_down: count, engine_not_ready: count, rollout_failed: count, setup_failed: count, drifted: count, instance_error: count }),
      items: Type.Array(brokenSchema, { description: 'The worst kind first. A host is in it once, with what is worst.' }),
    }),
  },
  { $id: 'Fleet' },
);

/** The fleet as /v1 shows it. */
export function toFleet({ at, hosts, instances, rollouts, broken }: FleetView): Static<typeof fleetSchema> {
  const items = broken.items.map(({ kind, id, name, since, message, code = null, step = null, logTail = null, rollout = null }) => ({ kind, id, name, since: since?.toISOString() ?? null, message, code, step, logTail, rollout }));
  return { at: at.toISOString(), hosts, instances, rollouts: rollouts.map(toRollout), broken: { ...broken, items } };
}
