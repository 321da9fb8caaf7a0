import { fromDockerError } from '../errors.ts';
import { observe } from '../observe.ts';
import type { RunStep } from './step.ts';

export const unpauseContainer: RunStep = async (engine, spec, { containerId }) => {
  const failure = await engine.docker.getContainer(containerId).unpause().then(() => undefined, fromDockerError);
  const now = await observe(engine, spec.id, containerId);
  // The engine has one answer for a container that runs and for one that cannot be woken.
  if (failure !== undefined && now.power === 'paused') throw failure;
  return now;
};
