import type { InstanceSpec } from '@novadock/model';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';

/**
 * One step towards an instance's spec, and what is known of its container after it. Repeatable: where its end was reached already
 * (not there to be removed, running to be started) it is done. Throws CloudError, `unavailable` when it is worth another try.
 */
export type RunStep = (engine: Engine, spec: InstanceSpec, have: Container) => Promise<Container>;
