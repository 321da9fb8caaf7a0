import type { RunStep } from './step.ts';

/** Makes the network again that an instance had, or should have had, before its container is started. */
export const prepareNetwork: RunStep = async (engine, spec, have) => {
  await engine.network.prepare(spec);
  await engine.network.link(spec.id, have.containerId);
  return { ...have, network: 'ready' };
};
