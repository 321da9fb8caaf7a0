import type { RunStep } from './step.ts';

export const releaseNetwork: RunStep = async (engine, spec, have) => {
  await engine.network.release(spec.id);
  return { ...have, network: 'none' };
};
