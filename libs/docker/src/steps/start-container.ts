import { installAuthorizedKeys } from '../authorized-keys.ts';
import { ignoring } from '../errors.ts';
import { observe } from '../observe.ts';
import type { RunStep } from './step.ts';

export const startContainer: RunStep = async (engine, spec, { containerId, startedAtMs }) => {
  const container = engine.docker.getContainer(containerId);
  // Here and not where it is created: had that been cut short, its first start would be without them.
  if (startedAtMs === 0 && spec.authorizedKeys.length > 0) await installAuthorizedKeys(engine, container, spec);
  await ignoring([304], container.start());
  return observe(engine, spec.id, containerId);
};
