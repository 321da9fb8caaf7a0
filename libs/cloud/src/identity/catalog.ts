import { createHash } from 'node:crypto';

export type Endpoint = { id: string; interface: string; region: string; region_id: string; url: string };
export type Service = { id: string; type: string; name: string; endpoints: Endpoint[] };

export const region = { id: 'RegionOne', description: '' } as const;

const interfaces = ['public', 'internal', 'admin'] as const;

/** The services there are, and where below this control plane's URL each one is. Their ids are the same in every cloud. */
const services = [
  { type: 'identity', name: 'keystone', path: '/identity' },
  { type: 'compute', name: 'nova', path: '/compute/v2.1' },
  { type: 'image', name: 'glance', path: '/image' },
  { type: 'network', name: 'neutron', path: '/network' },
].map(({ type, name, path }) => ({ id: idOf(type), type, name, path, endpoints: interfaces.map((side) => ({ id: idOf(`${type}/${side}`), interface: side })) }));

/** Where the services are for clients that reach this control plane at `baseUrl`. */
export function catalog(baseUrl: string): Service[] {
  return services.map(({ path, endpoints, ...service }) => ({
    ...service,
    endpoints: endpoints.map((endpoint) => ({ ...endpoint, region: region.id, region_id: region.id, url: `${baseUrl}${path}` })),
  }));
}

function idOf(name: string): string {
  return createHash('md5').update(`novadock/${name}`).digest('hex');
}
