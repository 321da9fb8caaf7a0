import { expect, test } from 'vitest';
import { blocker } from './blocker.ts';
import { fakeFacts } from './testing/fake-rollout.ts';

test.each([
  ['live-restore is off under instances', { instances: 1, liveRestore: false }, 'LIVE_RESTORE_OFF'],
  ['it is off, and nothing runs', { instances: 0, liveRestore: false }, undefined],
  ['the engine does not answer, so whether it is off is not known', { instances: 1, liveRestore: false, healthy: false }, undefined],
  ['the engine is in swarm mode', { swarm: true }, 'SWARM_MODE'],
  ['its packages are not found, whatever the engine does', { unresolvable: 'no docker.io 99', healthy: false }, 'PACKAGE_NOT_FOUND'],
  ['all is well', { instances: 3 }, undefined],
])('%s', (_title, facts, code) => {
  expect(blocker(fakeFacts(facts))?.code).toBe(code);
});
