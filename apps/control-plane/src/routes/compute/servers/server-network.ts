import { getInstance, type InstanceInterface, type InstanceView } from '@novadock/cloud';
import { CloudError, serverStatus } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { notImplemented } from '../fault.ts';
import { toAddresses } from './addresses.ts';

type OfServer = { Params: { id: string } };

/** GET /servers/{id}/ips and /servers/{id}/ips/{network} */
export const serverIps: Route = (app, deps) => {
  app.get<OfServer>('/servers/:id/ips', async (request) => ({ addresses: toAddresses((await find(deps, request)).interfaces, false) }));

  app.get<{ Params: { id: string; network: string } }>('/servers/:id/ips/:network', async (request) => {
    const { network } = request.params;
    const addresses = toAddresses((await find(deps, request)).interfaces, false);
    if (!Object.hasOwn(addresses, network)) throw new CloudError('notFound', 'Instance is not a member of specified network');
    return { [network]: addresses[network] };
  });
};

/** GET /servers/{id}/os-interface and /servers/{id}/os-interface/{port}; interfaces do not come and go while a server runs. */
export const serverInterfaces: Route = (app, deps) => {
  app.get<OfServer>('/servers/:id/os-interface', async (request) => {
    const instance = await find(deps, request);
    return { interfaceAttachments: instance.interfaces.map((port) => toAttachment(port, instance, request.microversion)) };
  });

  app.get<{ Params: { id: string; port: string } }>('/servers/:id/os-interface/:port', async (request) => {
    const instance = await find(deps, request);
    const port = instance.interfaces.find(({ portId }) => portId === request.params.port);
    if (port === undefined) throw new CloudError('notFound', `Instance ${instance.id} does not have a port with id ${request.params.port}`);
    return { interfaceAttachment: toAttachment(port, instance, request.microversion) };
  });

  app.post<OfServer>('/servers/:id/os-interface', async (request) => {
    await find(deps, request);
    throw notImplemented('Attaching an interface to a server is not supported by this cloud: name all networks at its boot.');
  });

  app.delete<OfServer>('/servers/:id/os-interface/:port', async (request) => {
    await find(deps, request);
    throw notImplemented('Detaching an interface from a server is not supported by this cloud.');
  });
};

function find(deps: Deps, request: FastifyRequest): Promise<InstanceView> {
  return getInstance(deps.cloud, projectCallerOf(request), (request.params as { id: string }).id);
}

function toAttachment(port: InstanceInterface, instance: InstanceView, version: number): object {
  return {
    net_id: port.networkId,
    port_id: port.portId,
    mac_addr: port.macAddress,
    port_state: serverStatus(instance).vmState === 'building' ? 'DOWN' : 'ACTIVE',
    fixed_ips: port.fixedIps.map(({ subnetId, address }) => ({ subnet_id: subnetId, ip_address: address })),
    ...(version >= 70 && { tag: null }),
  };
}
