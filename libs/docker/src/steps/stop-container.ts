import { ignoring } from '../errors.ts';
import { observe } from '../observe.ts';
import type { RunStep } from './step.ts';

/** Asks the guest to end, and kills it when it has not after the spec's time for that. */
export const stopContainer: RunStep = async (engine, spec, { containerId }) => {
  await ignoring([304, 404], engine.patient.getContainer(containerId).stop({ t: spec.stopTimeoutSeconds }));
  return observe(engine, spec.id, containerId);
};
