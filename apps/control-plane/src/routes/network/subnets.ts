import { createSubnets, deleteSubnet, getSubnet, listSubnets, updateSubnet, type NewSubnet, type SubnetChange } from '@novadock/cloud';
import type { SubnetKey, SubnetRow } from '@novadock/store';
import { commonAttributes } from './common-attributes.ts';
import { boolean, integer, list, nullable, oneOf, only, record, text } from './readers.ts';
import { toTime, type Resource } from './resource.ts';

const address = text(64);
const gateway = nullable(address);
const pools = list(record({ start: 'start', end: 'end' }, ['start', 'end']), 100);
const nameservers = list(address, 5);
const routes = list(record({ destination: 'destination', nexthop: 'nexthop' }, ['destination', 'nexthop']), 20);
const noMode = only([null], 'agents give instances their addresses themselves');
const noPool = only([null], 'there are no subnet pools: name a cidr');

export const subnets: Resource<SubnetRow, SubnetKey> = {
  member: 'subnet',
  collection: 'subnets',
  attributes: {
    ...commonAttributes,
    network_id: { key: 'networkId', listed: 'text', create: address, required: true },
    ip_version: { key: 'ipVersion', listed: 'text', create: oneOf(integer, [4, 6]), required: true },
    cidr: { key: 'cidr', listed: 'text', create: address, required: true },
    gateway_ip: { key: 'gatewayIp', listed: 'text', create: gateway, update: gateway },
    enable_dhcp: { key: 'enableDhcp', listed: 'boolean', create: boolean, update: boolean },
    allocation_pools: { key: 'allocationPools', create: pools, update: pools },
    dns_nameservers: { key: 'dnsNameservers', create: nameservers, update: nameservers },
    host_routes: { key: 'hostRoutes', create: routes, update: routes },
    shared: { key: 'shared', listed: 'boolean' },
    ipv6_ra_mode: { create: noMode },
    ipv6_address_mode: { create: noMode },
    subnetpool_id: { create: noPool },
    use_default_subnetpool: { create: only([false], 'there are no subnet pools: name a cidr') },
    prefixlen: { create: noPool },
    segment_id: { create: only([null], 'there are no segments') },
    service_types: { create: only([[]], 'every device may have addresses of every subnet'), update: only([[]], 'every device may have addresses of every subnet') },
  },
  toBody: ({ id, name, projectId, networkId, ipVersion, enableDhcp, gatewayIp, cidr, allocationPools, hostRoutes, dnsNameservers, description, tags, createdAt, updatedAt, revision }) => ({
    id,
    name,
    tenant_id: projectId,
    network_id: networkId,
    ip_version: ipVersion,
    subnetpool_id: null,
    enable_dhcp: enableDhcp,
    ipv6_ra_mode: null,
    ipv6_address_mode: null,
    gateway_ip: gatewayIp,
    cidr,
    allocation_pools: allocationPools,
    host_routes: hostRoutes,
    dns_nameservers: dnsNameservers,
    description,
    service_types: [],
    tags,
    created_at: toTime(createdAt),
    updated_at: toTime(updatedAt),
    revision_number: revision,
    project_id: projectId,
  }),
  list: listSubnets,
  get: getSubnet,
  create: (cloud, auth, requests) => createSubnets(cloud, auth, requests as NewSubnet[]),
  update: (cloud, auth, id, change) => updateSubnet(cloud, auth, id, change as SubnetChange),
  remove: deleteSubnet,
};
