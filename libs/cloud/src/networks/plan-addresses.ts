import { CloudError } from '@novadock/model';
import type { AddressRange } from '@novadock/store';
import { formatAddress, isGateway, parseAddress, poolRanges, singleRange, subnetOf, type AddressPlan } from './addresses.ts';
import { badAttribute, invalidInput } from './failures.ts';

/** An address that a port is to have: this one, or any of this subnet. */
export type FixedIpWish = { subnetId?: string; ipAddress?: string };

/** Where to take an address from; `address` is the only one that will do. */
export type WantedAddress = { ranges: AddressRange[]; address?: string };

type PlannedSubnet = AddressPlan & { ipVersion: number };

const maxAddresses = 5;

/** The addresses that a port gets on a network with these subnets: as wished, else one of each IP version. Throws in Neutron's words when it cannot have them. */
export function planAddresses(subnets: PlannedSubnet[], networkId: string, wishes: FixedIpWish[] | undefined): WantedAddress[] {
  if (wishes === undefined) return anyAddresses(subnets).map((ranges) => ({ ranges }));
  if (wishes.length > maxAddresses) throw invalidInput('Exceeded maximum amount of fixed ips per port');
  return wishes.map((wish) => planOne(subnets, networkId, wish));
}

/** For each IP version that the network has, the ranges of its subnets, in order. */
export function anyAddresses(subnets: PlannedSubnet[]): AddressRange[][] {
  const versions = [4, 6].map((version) => subnets.filter(({ ipVersion }) => ipVersion === version));
  return versions.filter(({ length }) => length > 0).map((ofVersion) => ofVersion.flatMap(poolRanges));
}

function planOne(subnets: PlannedSubnet[], networkId: string, { subnetId, ipAddress }: FixedIpWish): WantedAddress {
  const named = subnets.find(({ id }) => id === subnetId);
  if (subnetId !== undefined && named === undefined) throw invalidInput(`Failed to create port on network ${networkId}, because fixed_ips included invalid subnet ${subnetId}`);
  if (ipAddress === undefined && named === undefined) throw invalidInput('IP allocation requires subnet_id or ip_address');
  if (ipAddress === undefined) return { ranges: poolRanges(named as PlannedSubnet) };
  const address = parseAddress(ipAddress);
  if (address === undefined) throw badAttribute('fixed_ips', `'${ipAddress}' is not a valid IP address`);
  const subnet = subnetOf(named === undefined ? subnets : [named], address);
  if (subnet === undefined) throw outside(ipAddress, named);
  const canonical = formatAddress(address);
  if (isGateway(subnet, address)) throw new CloudError('conflict', `IP address ${canonical} already allocated in subnet ${subnet.id}`, { reason: 'IpAddressAlreadyAllocated' });
  return { ranges: [singleRange(subnet, address)], address: canonical };
}

function outside(ipAddress: string, named: PlannedSubnet | undefined): CloudError {
  if (named !== undefined) return new CloudError('invalid', `IP address ${ipAddress} is not a valid IP for the specified subnet.`, { reason: 'InvalidIpForSubnet' });
  return new CloudError('invalid', `IP address ${ipAddress} is not a valid IP for any of the subnets on the specified network.`, { reason: 'InvalidIpForNetwork' });
}
