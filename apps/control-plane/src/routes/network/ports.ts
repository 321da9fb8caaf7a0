import { badAttribute, createPorts, defaultSecurityGroup, deletePort, getPort, listPorts, updatePort, type NewPort, type PortChange } from '@novadock/cloud';
import type { AddressFilter, PortKey, PortQuery, PortRow } from '@novadock/store';
import { alwaysUp, commonAttributes } from './common-attributes.ts';
import { list, only, record, text } from './readers.ts';
import { toTime, type Reader, type Resource } from './resource.ts';

const macAddress: Reader = (value, { name }) => {
  const mac = String(value).toLowerCase();
  // The second digit says that it is one interface's, not a group's.
  if (!/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/.test(mac) || mac === '00:00:00:00:00:00') throw badAttribute(name, `'${String(value)}' is not a valid MAC address`);
  return mac;
};

const fixedIps = list(record({ subnet_id: 'subnetId', ip_address: 'ipAddress' }, []), 20);
const noDevice = only(['', null], 'an instance gets its ports when it boots');
const noProfile = only([{}, null], 'interfaces have no settings of their own');

export const ports: Resource<PortRow, PortKey, PortQuery> = {
  member: 'port',
  collection: 'ports',
  attributes: {
    ...commonAttributes,
    network_id: { key: 'networkId', listed: 'text', create: text(64), required: true },
    mac_address: { key: 'macAddress', listed: 'text', create: macAddress, update: macAddress },
    fixed_ips: { key: 'fixedIps', create: fixedIps, update: fixedIps },
    admin_state_up: { key: 'adminStateUp', listed: 'boolean', create: alwaysUp, update: alwaysUp },
    status: { key: 'status', listed: 'text' },
    device_id: { key: 'deviceId', listed: 'text', create: noDevice, update: noDevice },
    device_owner: { key: 'deviceOwner', listed: 'text', create: noDevice, update: noDevice },
    security_groups: { create: onlyDefaultGroup, update: onlyDefaultGroup },
    'binding:host_id': { key: 'hostName', listed: 'text', create: noDevice, update: noDevice },
    'binding:vnic_type': { create: only(['normal'], 'there is one kind of interface'), update: only(['normal'], 'there is one kind of interface') },
    'binding:profile': { create: noProfile, update: noProfile },
    'binding:vif_type': {},
    'binding:vif_details': {},
  },
  toBody: (port, auth) => ({ ...plainBody(port), ...(auth.isAdmin ? bindingOf(port) : {}) }),
  toQuery(name, values) {
    if (name === 'fixed_ips') return { fixedIps: addressFilter(values) };
    return undefined;
  },
  list: listPorts,
  get: getPort,
  create: (cloud, auth, requests) => createPorts(cloud, auth, requests as NewPort[]),
  update: (cloud, auth, id, change) => updatePort(cloud, auth, id, change as PortChange),
  remove: deletePort,
};

function plainBody({ id, name, networkId, projectId, macAddress: mac, active, deviceId, deviceOwner, fixedIps: addresses, description, tags, createdAt, updatedAt, revision }: PortRow) {
  return {
    id,
    name,
    network_id: networkId,
    tenant_id: projectId,
    mac_address: mac,
    admin_state_up: true,
    status: active ? 'ACTIVE' : 'DOWN',
    device_id: deviceId,
    device_owner: deviceOwner,
    fixed_ips: addresses.map(({ subnetId, address }) => ({ subnet_id: subnetId, ip_address: address })),
    security_groups: [defaultSecurityGroup(projectId).id],
    description,
    'binding:vnic_type': 'normal',
    tags,
    created_at: toTime(createdAt),
    updated_at: toTime(updatedAt),
    revision_number: revision,
    project_id: projectId,
  };
}

/** Where a port is plugged; for administrators. */
function bindingOf({ hostName }: PortRow) {
  return { 'binding:profile': {}, 'binding:host_id': hostName ?? '', 'binding:vif_type': hostName === null ? 'unbound' : 'bridge', 'binding:vif_details': {} };
}

/** `fixed_ips=ip_address=A`, `=subnet_id=S` and `=ip_address_substr=T`, each any number of times. */
function addressFilter(values: string[]): AddressFilter {
  const of = (key: string) => values.filter((value) => value.startsWith(`${key}=`)).map((value) => value.slice(key.length + 1));
  const known = { addresses: of('ip_address'), subnetIds: of('subnet_id'), substrings: of('ip_address_substr') };
  return Object.fromEntries(Object.entries(known).filter(([, list]) => list.length > 0));
}

/** Ports are in the one group of their project and in no other. */
function onlyDefaultGroup(value: unknown, { name, auth }: Parameters<Reader>[1]): undefined {
  const group = defaultSecurityGroup(auth.projectId ?? '').id;
  if (JSON.stringify(value) !== JSON.stringify([group])) throw badAttribute(name, `'${JSON.stringify(value)}' is not supported: ports are in the group default (${group}) of their project`);
  return undefined;
}
