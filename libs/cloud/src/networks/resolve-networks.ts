import { CloudError } from '@novadock/model';
import { defaultBootNetworks, findBootNetworks, findBootPorts, isUuid, type AddressRange, type BootNetwork, type BootPort, type Store } from '@novadock/store';
import type { ProjectAuth } from '../identity/auth.ts';
import type { NetworkRequest } from '../instances/requests.ts';
import { isGateway, parseAddress, singleRange, subnetOf } from './addresses.ts';
import { anyAddresses } from './plan-addresses.ts';

/** One interface that a boot is to get: on a port that is there, or on a new one with one address out of each of `addresses`. */
export type ResolvedNetwork = { networkId: string; networkName: string; portId?: string; fixedIp?: string; addresses: AddressRange[][] };

/**
 * What a boot's networks are, in order; changes nothing. Throws `invalid` or `conflict` in Nova's words when one is not
 * there, not the caller's to use, or not usable.
 */
export async function resolveNetworks({ store, auth, networks }: { store: Store; auth: ProjectAuth; networks: NetworkRequest[] | 'auto' | 'none' }): Promise<ResolvedNetwork[]> {
  if (networks === 'none') return [];
  if (networks === 'auto') return resolveDefault(await defaultBootNetworks(store, auth.projectId));
  const query = (ids: (string | undefined)[]) => ({ ids: ids.filter((id) => id !== undefined).filter(isUuid), projectId: auth.projectId, isAdmin: auth.isAdmin });
  const portIds = networks.map(({ portId }) => portId);
  const networkIds = networks.map(({ portId, networkId }) => (portId === undefined ? networkId : undefined));
  const ports = portIds.some((id) => id !== undefined) ? byId(await findBootPorts(store, query(portIds))) : new Map<string, BootPort>();
  const found = networkIds.some((id) => id !== undefined) ? byId(await findBootNetworks(store, query(networkIds))) : new Map<string, BootNetwork>();
  return networks.map((request) => (request.portId === undefined ? resolveNetwork(request, found, auth) : resolvePort(request.portId, ports)));
}

/** Without a choice there must be one network at most. */
function resolveDefault(networks: BootNetwork[]): ResolvedNetwork[] {
  if (networks.length > 1) throw new CloudError('conflict', 'Multiple possible networks found, use a Network ID to be more specific.', { reason: 'NetworkAmbiguous' });
  return networks.map((network) => newPort(network, undefined));
}

function resolvePort(portId: string, ports: Map<string, BootPort>): ResolvedNetwork {
  const port = ports.get(portId.toLowerCase());
  if (port === undefined) throw new CloudError('invalid', `Port ${portId} could not be found.`, { reason: 'PortNotFound' });
  if (port.deviceId !== '') throw new CloudError('conflict', `Port ${portId} is still in use.`, { reason: 'PortInUse' });
  if (port.addresses === 0) throw new CloudError('invalid', `Port ${portId} requires a FixedIP in order to be used.`, { reason: 'PortRequiresFixedIP' });
  return { networkId: port.networkId, networkName: port.networkName, portId: port.id, addresses: [] };
}

function resolveNetwork({ networkId = '', fixedIp }: NetworkRequest, networks: Map<string, BootNetwork>, auth: ProjectAuth): ResolvedNetwork {
  const network = networks.get(networkId.toLowerCase());
  if (network === undefined) throw new CloudError('invalid', `Network ${networkId} could not be found.`, { reason: 'NetworkNotFound' });
  if (network.external && !auth.isAdmin) throw new CloudError('forbidden', `It is not allowed to create an interface on external network ${network.id}`, { reason: 'ExternalNetworkAttachForbidden' });
  return newPort(network, fixedIp);
}

function newPort(network: BootNetwork, fixedIp: string | undefined): ResolvedNetwork {
  const { id: networkId, name: networkName, subnets } = network;
  if (subnets.length === 0) throw new CloudError('invalid', `Network ${networkId} requires a subnet in order to boot instances on.`, { reason: 'NetworkRequiresSubnet' });
  if (fixedIp !== undefined) return { networkId, networkName, fixedIp, addresses: [[fixedRange(network, fixedIp)]] };
  return { networkId, networkName, addresses: anyAddresses(subnets) };
}

function fixedRange(network: BootNetwork, fixedIp: string): AddressRange {
  const address = parseAddress(fixedIp);
  const subnet = address && subnetOf(network.subnets, address);
  if (address === undefined || subnet === undefined) throw new CloudError('invalid', `Fixed IP ${fixedIp} is not a valid ip address for network ${network.id}.`, { reason: 'InvalidIpForNetwork' });
  if (isGateway(subnet, address)) throw new CloudError('conflict', `Fixed IP address ${fixedIp} is the gateway of network ${network.id}.`, { reason: 'FixedIpAlreadyInUse' });
  return singleRange(subnet, address);
}

function byId<Row extends { id: string }>(rows: Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
