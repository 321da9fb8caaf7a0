import type { CloudEvent, Host, HostProfile, Image, Instance, JoinToken, NewInstance, SetupEntry, SetupRun } from '@novadock/api-client';
import type { Fleet } from '@novadock/api-client/browser';
import type { Static } from 'typebox';
import { expectTypeOf, test } from 'vitest';
import type { eventSchema } from '../../apps/control-plane/src/routes/v1/events/event-schema.ts';
import type { fleetSchema } from '../../apps/control-plane/src/routes/v1/fleet/fleet-schema.ts';
import type { hostSchema } from '../../apps/control-plane/src/routes/v1/hosts/host-schema.ts';
import type { imageSchema } from '../../apps/control-plane/src/routes/v1/images/image-schema.ts';
import type { newInstanceSchema } from '../../apps/control-plane/src/routes/v1/instances/create-instance.ts';
import type { instanceSchema } from '../../apps/control-plane/src/routes/v1/instances/instance-schema.ts';
import type { joinTokenSchema } from '../../apps/control-plane/src/routes/v1/join-tokens/join-token-schema.ts';
import type { profileSchema } from '../../apps/control-plane/src/routes/v1/profiles/profile-schema.ts';
import type { setupEntrySchema, setupRunSchema } from '../../apps/control-plane/src/routes/v1/setup/setup-run-schema.ts';

// The typecheck is what fails here.
test('the types of the client are those of the API', () => {
  expectTypeOf<Instance>().toEqualTypeOf<Static<typeof instanceSchema>>();
  expectTypeOf<NewInstance>().toEqualTypeOf<Static<typeof newInstanceSchema>>();
  expectTypeOf<Image>().toEqualTypeOf<Static<typeof imageSchema>>();
  expectTypeOf<Host>().toEqualTypeOf<Static<typeof hostSchema>>();
  expectTypeOf<JoinToken>().toEqualTypeOf<Static<typeof joinTokenSchema>>();
  expectTypeOf<HostProfile>().toEqualTypeOf<Static<typeof profileSchema>>();
  expectTypeOf<SetupRun>().toEqualTypeOf<Static<typeof setupRunSchema>>();
  expectTypeOf<SetupEntry>().toEqualTypeOf<Static<typeof setupEntrySchema>>();
  expectTypeOf<Omit<Fleet, 'rollouts'>>().toEqualTypeOf<Omit<Static<typeof fleetSchema>, 'rollouts'>>();
  expectTypeOf<CloudEvent>().toEqualTypeOf<Static<typeof eventSchema>>();
});
