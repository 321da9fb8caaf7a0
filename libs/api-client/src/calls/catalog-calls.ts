import type { Connection } from '../connect.ts';
import type { Flavor, Network } from '../types.ts';

/** What instances can be made of. */
export function catalogCalls({ readAll }: Connection) {
  return {
    flavors: () => readAll<Flavor>('flavors', { path: '/v1/flavors' }),
    networks: () => readAll<Network>('networks', { path: '/v1/networks' }),
  };
}
