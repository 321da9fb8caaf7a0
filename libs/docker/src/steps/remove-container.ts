import { absentContainer } from '../container.ts';
import { ignoring } from '../errors.ts';
import type { RunStep } from './step.ts';

/** Removes the container, running or not, with the volumes that came with it. */
export const removeContainer: RunStep = async (engine, spec, { containerId }) => {
  await ignoring([404], engine.docker.getContainer(containerId).remove({ force: true, v: true }));
  await engine.network.unlink(containerId);
  return absentContainer({ instanceId: spec.id, network: 'partial', seenAtMs: Date.now() });
};
