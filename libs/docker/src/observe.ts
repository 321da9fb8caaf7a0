import type { ContainerInfo } from 'dockerode';
import { absentContainer, fromInspect, fromListState, type Container } from './container.ts';
import type { Engine } from './engine.ts';
import { fromDockerError, hasStatus } from './errors.ts';
import { cloudLabel, containerName, instanceLabel, instanceOf } from './labels.ts';

/**
 * All containers of this cloud on the host. Those that `known` (by instance) describes rightly, as far as a list tells, are not
 * looked at again. Throws `unavailable` when the engine does not answer.
 */
export async function observeAll(engine: Engine, known: (instanceId: string) => Container | undefined): Promise<Container[]> {
  const byInstance = await listOurs(engine, [`${cloudLabel}=${engine.cloudId}`]);
  const containers = [...byInstance].map(async ([instanceId, listed]) => {
    const before = known(instanceId);
    return before?.containerId === listed.Id && before.power === fromListState(listed.State) ? before : inspect(engine, instanceId, listed.Id);
  });
  return Promise.all(containers);
}

/** An instance's container as it is now; `containerId` where it is known saves a search. */
export async function observe(engine: Engine, instanceId: string, containerId = ''): Promise<Container> {
  const id = containerId === '' ? await findContainer(engine, instanceId) : containerId;
  return id === undefined ? absent(engine, instanceId) : inspect(engine, instanceId, id);
}

/** By its labels: its name may have been changed, and may be that of a container that is not ours. */
async function findContainer(engine: Engine, instanceId: string): Promise<string | undefined> {
  const found = await listOurs(engine, [`${cloudLabel}=${engine.cloudId}`, `${instanceLabel}=${instanceId}`]);
  return found.get(instanceId)?.Id;
}

async function listOurs(engine: Engine, label: string[]): Promise<Map<string, ContainerInfo>> {
  const byInstance = new Map<string, ContainerInfo>();
  const listed = await engine.docker.listContainers({ all: true, filters: { label } }).catch(reject);
  for (const info of listed) {
    const instanceId = instanceOf(info.Labels, engine.cloudId);
    if (instanceId === undefined) continue;
    // Somebody may have made another container with our labels; the one that we made has the name.
    if (!byInstance.has(instanceId) || info.Names.includes(`/${containerName(instanceId)}`)) byInstance.set(instanceId, info);
  }
  return byInstance;
}

async function inspect(engine: Engine, instanceId: string, containerId: string): Promise<Container> {
  const seenAtMs = Date.now();
  try {
    const info = await engine.docker.getContainer(containerId).inspect();
    return fromInspect({ instanceId, network: await engine.network.state(instanceId, containerId), seenAtMs }, info);
  } catch (error) {
    if (!hasStatus(error, 404)) throw fromDockerError(error);
    // Whoever removed it did not know of its link to the network.
    await engine.network.unlink(containerId);
    return absent(engine, instanceId);
  }
}

async function absent(engine: Engine, instanceId: string): Promise<Container> {
  const seenAtMs = Date.now();
  return absentContainer({ instanceId, network: await engine.network.state(instanceId, ''), seenAtMs });
}

function reject(error: unknown): never {
  throw fromDockerError(error);
}
