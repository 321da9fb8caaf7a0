import { ignoring } from '../errors.ts';
import { observe } from '../observe.ts';
import type { RunStep } from './step.ts';

export const killContainer: RunStep = async (engine, spec, { containerId }) => {
  // 409: it does not run.
  await ignoring([404, 409], engine.docker.getContainer(containerId).kill({ signal: 'SIGKILL' }));
  return observe(engine, spec.id, containerId);
};
