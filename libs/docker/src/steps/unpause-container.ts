import { fromDockerError } from '../errors.ts';
import { observeSettled } from './observe-settled.ts';
import type { RunStep } from './step.ts';

export const unpauseContainer: RunStep = async (engine, spec, { containerId }) => {
  const failure = await engine.docker.getContainer(containerId).unpause().then(() => undefined, fromDockerError);
  const now = await observeSettled(engine, { instanceId: spec.id, containerId }, ({ power }) => failure !== undefined || power !== 'paused');
  // The engine has one answer for a container that runs and for one that cannot be woken.
  if (failure !== undefined && now.power === 'paused') throw failure;
  return now;
};
