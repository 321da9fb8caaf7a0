import { createHash } from 'node:crypto';
import type { Fault, FlavorSnapshot, InstanceView } from '@novadock/cloud';
import { serverStatus, type ServerStatus } from '@novadock/model';
import type { Links } from '../links.ts';
import { toIsoTime, toNaiveTime } from '../times.ts';
import { toAddresses } from './addresses.ts';

/** For whom a server is shown, and where: from 2.75 on an update answers all that a show does. */
export type ServerContext = { version: number; isAdmin: boolean; links: Links; in: 'list' | 'show' | 'update' };

/** A server as Nova's microversion 2.`version` shows it. */
export function toServer(instance: InstanceView, context: ServerContext): object {
  const state = serverStatus(instance);
  const whole = context.in !== 'update' || context.version >= 75;
  return {
    ...core(instance, context, state, whole),
    ...(whole && extended(instance, context, state)),
    ...additions(instance, context),
  };
}

/** What came with later microversions, to updates too. */
function additions(instance: InstanceView, { version, in: where }: ServerContext): object {
  return {
    ...(version >= 9 && { locked: instance.locked }),
    ...(version >= 73 && { locked_reason: instance.lockedReason }),
    ...(version >= 19 && { description: instance.description }),
    ...(version >= 26 && { tags: instance.tags }),
    ...(version >= 63 && { trusted_image_certificates: null }),
    ...(version >= 71 && where !== 'list' && { server_groups: [] }),
  };
}

/** What a list without details shows. */
export function toServerLink(instance: InstanceView, links: Links): object {
  return { id: instance.id, name: instance.name, links: links.of(`servers/${instance.id}`) };
}

/** Nova's name for the host that does not tell it to the user; empty when there is none. */
export function toHostId(projectId: string, hostName: string | null): string {
  return hostName === null ? '' : createHash('sha224').update(projectId + hostName).digest('hex');
}

function core(instance: InstanceView, context: ServerContext, state: ServerStatus, whole: boolean): object {
  const { links } = context;
  const fault = state.status === 'ERROR' || state.status === 'DELETED' ? toFault(instance.fault as Fault | null, context) : undefined;
  return {
    id: instance.id,
    name: instance.name,
    status: state.status,
    tenant_id: instance.projectId,
    user_id: instance.userId,
    metadata: instance.metadata,
    hostId: toHostId(instance.projectId, instance.hostName),
    image: { id: instance.imageId, links: [{ rel: 'bookmark', href: links.bookmark(`images/${instance.imageId}`) }] },
    flavor: toFlavor(instance.flavor as FlavorSnapshot, context),
    created: toIsoTime(instance.createdAt),
    updated: toIsoTime(instance.updatedAt),
    addresses: state.vmState === 'building' ? {} : toAddresses(instance.interfaces, whole),
    accessIPv4: instance.accessIpV4,
    accessIPv6: instance.accessIpV6,
    links: links.of(`servers/${instance.id}`),
    'OS-DCF:diskConfig': 'MANUAL',
    ...(fault !== undefined && { fault }),
    ...((state.status === 'ACTIVE' || state.status === 'BUILD') && { progress: 0 }),
  };
}

function extended(instance: InstanceView, { version, isAdmin }: ServerContext, state: ServerStatus): object {
  const securityGroups = state.vmState === 'building' ? [] : instance.interfaces.map(() => ({ name: 'default' }));
  return {
    'OS-EXT-AZ:availability_zone': instance.hostZone ?? instance.availabilityZone ?? '',
    config_drive: instance.configDrive ? 'True' : '',
    key_name: instance.keyName,
    'OS-SRV-USG:launched_at': toNaiveTime(instance.launchedAt),
    'OS-SRV-USG:terminated_at': toNaiveTime(instance.deletedAt),
    ...(securityGroups.length > 0 && { security_groups: securityGroups }),
    ...(isAdmin && placement(instance, version)),
    'OS-EXT-STS:task_state': state.taskState,
    'OS-EXT-STS:vm_state': state.vmState,
    'OS-EXT-STS:power_state': state.powerState,
    'os-extended-volumes:volumes_attached': [],
    ...(isAdmin && version >= 16 && { host_status: hostStatus(instance) }),
  };
}

function placement(instance: InstanceView, version: number): object {
  return {
    'OS-EXT-SRV-ATTR:host': instance.hostName,
    'OS-EXT-SRV-ATTR:instance_name': `instance-${instance.number.toString(16).padStart(8, '0')}`,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': instance.hostName,
    ...(version >= 3 && {
      'OS-EXT-SRV-ATTR:reservation_id': instance.reservationId,
      'OS-EXT-SRV-ATTR:launch_index': instance.launchIndex,
      'OS-EXT-SRV-ATTR:hostname': instance.hostname,
      'OS-EXT-SRV-ATTR:kernel_id': '',
      'OS-EXT-SRV-ATTR:ramdisk_id': '',
      'OS-EXT-SRV-ATTR:root_device_name': null,
      'OS-EXT-SRV-ATTR:user_data': instance.userData,
    }),
  };
}

function hostStatus({ hostName, hostUp }: InstanceView): string {
  if (hostName === null) return '';
  return hostUp ? 'UP' : 'UNKNOWN';
}

function toFlavor(flavor: FlavorSnapshot, { version, links }: ServerContext): object {
  if (version < 47) return { id: flavor.id, links: [{ rel: 'bookmark', href: links.bookmark(`flavors/${flavor.id}`) }] };
  return {
    vcpus: flavor.vcpus,
    ram: flavor.memoryMb,
    disk: flavor.diskGb,
    ephemeral: flavor.ephemeralGb,
    swap: flavor.swapMb,
    original_name: flavor.name,
    extra_specs: flavor.extraSpecs,
  };
}

function toFault(fault: Fault | null, { isAdmin }: ServerContext): object | undefined {
  if (fault === null) return undefined;
  const { code, message, details, at } = fault;
  return { code, created: toIsoTime(new Date(at)), message, ...(details !== '' && (isAdmin || code !== 500) && { details }) };
}
