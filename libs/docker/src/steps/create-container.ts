import type { InstanceSpec } from '@novadock/model';
import { CloudError } from '@novadock/model';
import type { Container } from '../container.ts';
import { toCreateOptions } from '../create-options.ts';
import type { Engine } from '../engine.ts';
import { fromDockerError, hasStatus } from '../errors.ts';
import { containerName } from '../labels.ts';
import { observe } from '../observe.ts';
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
    const { id } = await engine.docker.createContainer(options);
    return { instanceId: spec.id, containerId: id, power: 'stopped', exitCode: 0, oomKilled: false, startedAtMs: 0, finishedAtMs: 0, restarts: spec.restarts, network: 'partial' };
  } catch (error) {
    if (hasStatus(error, 409)) return adopt(engine, spec);
    throw fromDockerError(error);
  }
}

/** The name is taken: by the container that an attempt with a lost reply made, or by one that is not ours. */
async function adopt(engine: Engine, spec: InstanceSpec): Promise<Container> {
  const found = await observe(engine, spec.id);
  if (found.power !== 'absent') return found;
  const name = containerName(spec.id);
  throw new CloudError('conflict', `The host has a container ${name} that is not this cloud's. Rename or remove it there, then try again.`, { reason: 'nameTaken' });
}

async function cpus(engine: Engine): Promise<number> {
  return engine.countCpus().catch((error: unknown) => {
    throw fromDockerError(error);
  });
}
