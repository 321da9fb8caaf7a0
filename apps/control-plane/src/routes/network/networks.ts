import { createNetworks, deleteNetwork, disallowed, getNetwork, listNetworks, updateNetwork, type NetworkChange, type NewNetwork } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { NetworkKey, NetworkRow } from '@novadock/store';
import { alwaysUp, commonAttributes } from './common-attributes.ts';
import { boolean, integer, only } from './readers.ts';
import { toTime, type Reader, type Resource } from './resource.ts';

/** How networks are wired is the agents' affair; who is no administrator learns only that they may not say. */
const provider: Reader = (_value, { name, auth }) => {
  if (!auth.isAdmin) throw disallowed(`(rule:create_network and rule:create_network:${name})`);
  throw new CloudError('invalid', `Unrecognized attribute(s) '${name}'`, { reason: 'HTTPBadRequest' });
};

const noHints = only([[], null], 'networks are in all availability zones');

export const networks: Resource<NetworkRow, NetworkKey> = {
  member: 'network',
  collection: 'networks',
  attributes: {
    ...commonAttributes,
    admin_state_up: { key: 'adminStateUp', listed: 'boolean', create: alwaysUp, update: alwaysUp },
    status: { key: 'status', listed: 'text' },
    mtu: { key: 'mtu', listed: 'text', create: integer, update: integer },
    shared: { key: 'shared', listed: 'boolean', create: boolean, update: boolean },
    'router:external': { key: 'external', listed: 'boolean', create: boolean, update: boolean },
    subnets: {},
    availability_zones: {},
    availability_zone_hints: { create: noHints },
    'provider:network_type': { create: provider },
    'provider:physical_network': { create: provider },
    'provider:segmentation_id': { create: provider },
  },
  toBody: ({ id, name, projectId, mtu, subnetIds, shared, external, description, tags, createdAt, updatedAt, revision }) => ({
    id,
    name,
    tenant_id: projectId,
    admin_state_up: true,
    mtu,
    status: 'ACTIVE',
    subnets: subnetIds,
    shared,
    availability_zone_hints: [],
    availability_zones: [],
    ipv4_address_scope: null,
    ipv6_address_scope: null,
    'router:external': external,
    description,
    tags,
    created_at: toTime(createdAt),
    updated_at: toTime(updatedAt),
    revision_number: revision,
    project_id: projectId,
  }),
  list: listNetworks,
  get: getNetwork,
  create: (cloud, auth, requests) => createNetworks(cloud, auth, requests as NewNetwork[]),
  update: (cloud, auth, id, change) => updateNetwork(cloud, auth, id, change as NetworkChange),
  remove: deleteNetwork,
};
