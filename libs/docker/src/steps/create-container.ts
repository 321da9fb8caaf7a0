import { CloudError, type InstanceSpec } from '@novadock/model';
import { fromInspect, newContainer, type Container } from '../container.ts';
import { toCreateOptions } from '../create-options.ts';
import type { Engine } from '../engine.ts';
import { fromDockerError, hasStatus } from '../errors.ts';
import { containerName, instanceOf } from '../labels.ts';
import type { RunStep } from './step.ts';

/** Makes the container, and its network at the same time; neither needs the other before the start. */
export const createContainer: RunStep = async (engine, spec) => {
  const [made, prepared] = await Promise.allSettled([create(engine, spec), engine.network.prepare(spec)]);
  if (made.status === 'rejected') throw made.reason;
  if (prepared.status === 'rejected') throw prepared.reason;
  await engine.network.link(spec.id, made.value.containerId);
  return { ...made.value, network: 'ready' };
};

async function create(engine: Engine, spec: InstanceSpec): Promise<Container> {
  const options = toCreateOptions(spec, { cloudId: engine.cloudId, cpus: await cpus(engine) });
  try {
    const seenAtMs = Date.now();
    const { id } = await engine.docker.createContainer(options);
    return newContainer({ instanceId: spec.id, network: 'partial', seenAtMs }, { containerId: id, restarts: spec.restarts });
  } catch (error) {
    if (hasStatus(error, 409)) return adopt(engine, spec);
    throw fromDockerError(error);
  }
}

/** The name is taken: by the container that an attempt with a lost reply made, or by one that is not ours. */
async function adopt(engine: Engine, spec: InstanceSpec): Promise<Container> {
  const name = containerName(spec.id);
  const seenAtMs = Date.now();
  const info = await engine.docker.getContainer(name).inspect().catch((error: unknown) => {
    if (!hasStatus(error, 404)) throw fromDockerError(error);
    // A name is taken a moment before its container can be seen.
    throw new CloudError('unavailable', `The engine is making the container ${name}, or removing it.`);
  });
  if (instanceOf(info.Config.Labels, engine.cloudId) === spec.id) return fromInspect({ instanceId: spec.id, network: 'partial', seenAtMs }, info);
  throw new CloudError('conflict', `The host has a container ${name} that is not this cloud's. Rename or remove it there, then try again.`, { reason: 'nameTaken' });
}

async function cpus(engine: Engine): Promise<number> {
  return engine.countCpus().catch((error: unknown) => {
    throw fromDockerError(error);
  });
}
