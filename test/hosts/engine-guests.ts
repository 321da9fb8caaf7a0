import type { BareHost } from '../harness/bare-host/bare-host.ts';
import type { Controller } from '../harness/bare-host/controller.ts';
import { waitFor } from '../harness/wait-for.ts';
import { bootOn, type BootedInstance } from './boot-on.ts';

/** Boots an instance once the control plane has seen that the host can. */
export async function bootGuest(controller: Controller, host: BareHost): Promise<BootedInstance> {
  await waitFor(`${host.name} to take instances`, async () => (await controller.request<{ engineReady: boolean }>('GET', `/v1/hosts/${host.name}`)).engineReady);
  return bootOn(controller, { host, zone: host.name, name: 'guest' });
}

/** Each container that runs: which, since when, its process. */
export const runningContainers = (host: BareHost): Promise<string> => host.run("docker ps -q --no-trunc | sort | xargs docker inspect --format '{{.Id}} {{.State.StartedAt}} {{.State.Pid}} {{.State.Running}}'");
