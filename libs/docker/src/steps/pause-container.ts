import { fromDockerError } from '../errors.ts';
import { observeSettled } from './observe-settled.ts';
import type { RunStep } from './step.ts';

export const pauseContainer: RunStep = async (engine, spec, { containerId }) => {
  const failure = await engine.docker.getContainer(containerId).pause().then(() => undefined, fromDockerError);
  const now = await observeSettled(engine, { instanceId: spec.id, containerId }, ({ power }) => failure !== undefined || power !== 'running');
  // The engine has one answer for a container that is paused and for one that cannot be.
  if (failure !== undefined && now.power !== 'paused') throw failure;
  return now;
};
