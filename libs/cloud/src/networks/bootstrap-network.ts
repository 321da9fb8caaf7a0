import { randomUUID } from 'node:crypto';
import { findNetworkByName, findProjectByName, insertNetwork, insertSubnet, inTransaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/**
 * Makes the network that the project `admin` shares with all: private_network with private_subnet, 192.168.1.0/24. Does
 * nothing when it is there; called for new clouds only, so that one that an operator deleted does not come back.
 */
export async function bootstrapNetwork({ store }: Pick<Cloud, 'store'>): Promise<void> {
  await inTransaction(store, async (tx) => {
    const admin = await findProjectByName(tx, 'admin');
    if (admin === null || (await findNetworkByName(tx, { projectId: admin.id, name: 'private_network' })) !== null) return;
    const network = await insertNetwork(tx, { id: randomUUID(), name: 'private_network', projectId: admin.id, shared: true });
    await insertSubnet(tx, {
      id: randomUUID(),
      networkId: network.id,
      projectId: admin.id,
      name: 'private_subnet',
      ipVersion: 4,
      cidr: '192.168.1.0/24',
      gatewayIp: '192.168.1.1',
      // .2 stays free, where Neutron's DHCP port would be: the first instance gets .3, as in the guide of nova-docker.
      allocationPools: [{ start: '192.168.1.3', end: '192.168.1.254' }],
    });
  });
}
