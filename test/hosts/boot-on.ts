import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import type { Controller } from '../harness/bare-host/controller.ts';
import { repository } from '../harness/program.ts';
import { waitFor } from '../harness/wait-for.ts';

/** An instance that is ACTIVE on a bare host. */
export type BootedInstance = {
  host: BareHost;
  id: string;
  /** Where the cloud says that it is. */
  hostName: string;
  address: string;
  /** What eth0 has inside it. */
  addressInside: () => Promise<string>;
  /** When its container was started, as the engine has it. */
  startedAt: () => Promise<string>;
  remove: () => Promise<void>;
};

type Server = { id: string; status: string; fault?: { message: string }; addresses: Record<string, { addr: string }[]>; 'OS-EXT-SRV-ATTR:host': string };

/** Boots an instance of the shipped image in the availability zone of a host, as OpenStack's clients do, and waits until it is ACTIVE. */
export async function bootOn(controller: Controller, { host, zone, name }: { host: BareHost; zone: string; name: string }): Promise<BootedInstance> {
  const image = await uploadHello(controller);
  const wanted = { name, imageRef: image, flavorRef: '1', networks: 'auto', availability_zone: zone };
  const { server } = await controller.request<{ server: { id: string } }>('POST', '/compute/v2.1/servers', { server: wanted });
  const path = `/compute/v2.1/servers/${server.id}`;
  const booted = await waitFor(`${name} to be ACTIVE`, async () => {
    const { server: now } = await controller.request<{ server: Server }>('GET', path);
    if (now.status === 'ERROR') throw new Error(`${name}: ${now.fault?.message}`);
    return now.status === 'ACTIVE' ? now : undefined;
  });
  const inspect = (format: string) => host.run(`docker inspect nova-${server.id} --format '${format}'`);
  return {
    host, id: server.id, hostName: booted['OS-EXT-SRV-ATTR:host'],
    address: Object.values(booted.addresses)[0]?.[0]?.addr ?? 'none',
    addressInside: async () => host.run(`nsenter -t ${await inspect('{{.State.Pid}}')} -n ip -4 -o addr show eth0`),
    startedAt: () => inspect('{{.State.StartedAt}} {{.State.Running}}'),
    remove: async () => {
      await controller.request('DELETE', path);
      await waitFor(`${name} to be gone`, async () => controller.request('GET', path).then(() => false, () => true));
    },
  };
}

/** The id of the image that comes along with Novadock, uploaded once. */
async function uploadHello(controller: Controller): Promise<string> {
  const list = async () => (await controller.request<{ images: { id: string; name: string; status: string }[] }>('GET', '/image/v2/images?name=hello')).images;
  const [there] = await list();
  if (there?.status === 'active') return there.id;
  const cpu = process.arch === 'x64' ? 'amd64' : 'arm64';
  const reply = await fetch(`${controller.url}/v1/images?name=hello&visibility=public`, { method: 'POST', headers: { 'x-auth-token': await controller.token(), 'content-type': 'application/x-tar' }, body: readFileSync(join(repository, `images/hello/hello-${cpu}.tar`)) });
  if (!reply.ok) throw new Error(`the image was not taken: ${reply.status} ${await reply.text()}`);
  return (await list())[0]?.id ?? 'none';
}
