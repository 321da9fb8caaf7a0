import type { HostView } from '@novadock/cloud';
import type { HostFacts } from '@novadock/model';
import { Type, type Static } from 'typebox';
import { dateTime, nullable, oneOf } from '../schemas.ts';

/** How far a host is what its profile says. */
export const hostSetupSchema = Type.Object({
  profile: nullable(Type.String({ description: 'That it has; null: none.' })),
  revision: nullable(Type.Integer()),
  state: oneOf(['none', 'ok', 'drifted', 'running', 'failed'], '`drifted`: something is not as its profile says any more; `running`: a run is to be done; `failed`: the last one was not.'),
  steps: Type.Array(Type.Object({ name: Type.String(), title: Type.String(), ok: Type.Boolean(), detail: Type.String() }), { description: 'As last checked; the host looks every minute.' }),
  checkedAt: nullable(dateTime),
  run: nullable(Type.String({ description: 'The run that is to be done, or the last one that was no check.' })),
});

export function toHostSetup({ setup, facts }: HostView): Static<typeof hostSetupSchema> {
  const found = (facts as unknown as Partial<HostFacts>).setup;
  const has = found !== undefined && found.profile !== '';
  return {
    profile: has ? found.profile : null,
    revision: has ? found.revision : null,
    state: setup.state,
    steps: found?.steps ?? [],
    checkedAt: found === undefined || found.checkedAtMs === 0 ? null : new Date(found.checkedAtMs).toISOString(),
    run: setup.runId ?? null,
  };
}
