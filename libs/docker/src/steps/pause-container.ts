import { fromDockerError } from '../errors.ts';
import { observe } from '../observe.ts';
import type { RunStep } from './step.ts';

export const pauseContainer: RunStep = async (engine, spec, { containerId }) => {
  const failure = await engine.docker.getContainer(containerId).pause().then(() => undefined, fromDockerError);
  const now = await observe(engine, spec.id, containerId);
  // The engine has one answer for a container that is paused and for one that cannot be.
  if (failure !== undefined && now.power !== 'paused') throw failure;
  return now;
};
