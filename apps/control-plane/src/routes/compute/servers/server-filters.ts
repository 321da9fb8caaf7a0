import type { ListInstances } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Schema } from '../../../plugins/validation-check.ts';
import { parseTime } from '../../../plugins/validation-formats.ts';
import type { Query, SchemaOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';

type Filter = Partial<ListInstances>;

/** What the keys of a list's query ask for. Keys of Nova's that are not here cannot be filtered by. */
const filters: Record<string, (value: string) => Filter> = {
  name: (name) => ({ name }),
  display_name: (name) => ({ name }),
  image: (imageId) => ({ imageId }),
  image_ref: (imageId) => ({ imageId }),
  flavor: (flavorId) => ({ flavorId }),
  host: (hostName) => ({ hostName }),
  node: (hostName) => ({ hostName }),
  key_name: (keyName) => ({ keyName }),
  user_id: (userId) => ({ userId }),
  reservation_id: (reservationId) => ({ reservationId }),
  availability_zone: (availabilityZone) => ({ availabilityZone }),
  vm_state: (vmState) => ({ vmStates: [vmState] }),
  uuid: (id) => ({ ids: [id] }),
  ip: (ip) => ({ ip }),
  ip6: (ip) => ({ ip }),
  tags: (tags) => ({ tagsAll: tags.split(',') }),
  'tags-any': (tags) => ({ tagsAny: tags.split(',') }),
  'not-tags': (tags) => ({ notTagsAll: tags.split(',') }),
  'not-tags-any': (tags) => ({ notTagsAny: tags.split(',') }),
  'changes-since': (time) => ({ changesSince: parseTime(time) }),
  'changes-before': (time) => ({ changesBefore: parseTime(time) }),
  deleted: (deleted) => (is.toBoolean(deleted) === true ? { deleted: true } : {}),
  soft_deleted: () => ({}),
};

/** Keys that other parts of the request are made of. */
const otherKeys = ['limit', 'marker', 'sort_key', 'sort_dir', 'status', 'all_tenants', 'project_id', 'tenant_id'];

/** The keys that users may filter by, and from which microversion on; administrators may by all. */
const usersKeys: Record<string, number> = {
  ...Object.fromEntries(['reservation_id', 'name', 'image', 'flavor', 'ip', 'changes-since'].map((key) => [key, 1])),
  ip6: 5,
  ...Object.fromEntries(['tags', 'tags-any', 'not-tags', 'not-tags-any'].map((key) => [key, 26])),
  'changes-before': 66,
  locked: 73,
  ...Object.fromEntries(
    ['availability_zone', 'config_drive', 'key_name', 'created_at', 'launched_at', 'terminated_at', 'power_state', 'task_state', 'vm_state', 'progress', 'user_id'].map((key) => [key, 83]),
  ),
};

/** Names of tables that Nova would join; asking for them is a mistake. */
const joined = ['block_device_mapping', 'services', 'metadata', 'system_metadata', 'info_cache', 'security_groups', 'pci_devices'];

/** Which servers a list's query asks for. Throws `invalid` for a filter that cannot be honoured. */
export function toFilter(query: Query, { version, isAdmin }: { version: number; isAdmin: boolean }): Filter {
  const asked = Object.entries(query).filter(([key]) => !otherKeys.includes(key) && (isAdmin || version >= (usersKeys[key] ?? Infinity)));
  const filter = Object.assign({}, ...asked.map(([key, values]) => applyFilter(key, values?.at(-1) ?? ''))) as Filter;
  if (filter.changesSince !== undefined && filter.changesBefore !== undefined && filter.changesBefore < filter.changesSince) {
    throw new CloudError('invalid', 'The value of changes-since must be less than or equal to changes-before.');
  }
  return filter;
}

function applyFilter(key: string, value: string): Filter {
  if (joined.includes(key) || key.startsWith('_')) throw new CloudError('invalid', `Invalid filter field: ${key}.`);
  const toPart = filters[key];
  if (toPart === undefined) throw new CloudError('invalid', `Servers cannot be filtered by ${key} in this cloud.`);
  return toPart(value);
}

const bare = ['user_id', 'project_id', 'tenant_id', 'launch_index', 'image_ref', 'image', 'vm_state', 'task_state', 'host', 'uuid', 'sort_dir', 'all_tenants', 'soft_deleted', 'deleted', 'status'];
const patterns = [
  'kernel_id', 'ramdisk_id', 'hostname', 'key_name', 'power_state', 'node', 'flavor', 'reservation_id', 'launched_at', 'terminated_at', 'availability_zone', 'name', 'display_name', 'description',
  'display_description', 'locked_by', 'root_device_name', 'config_drive', 'access_ip_v4', 'access_ip_v6', 'auto_disk_config', 'progress', 'ip', 'ip6', 'created_at',
];
const tagPatterns = ['tags', 'tags-any', 'not-tags', 'not-tags-any'];
const time: Schema = { type: 'string', format: 'date-time' };
const each = (keys: string[], schema: Schema) => Object.fromEntries(keys.map((key) => [key, schema]));
const regex: Schema = { type: 'string', format: 'regex' };

/** GET /servers, GET /servers/detail */
export const listServersQuery: SchemaOf = (version) => ({
  ...is.query(version, {
    ...each(bare, is.text),
    ...each(patterns, regex),
    sort_key: { type: 'string', enum: sortKeys(version) },
    'changes-since': time,
    ...each(joined, is.text),
    ...is.paging,
    ...(version >= 26 && each(tagPatterns, regex)),
    ...(version >= 66 && { 'changes-before': time }),
    ...(version >= 73 && { locked: is.text }),
  }),
  patternProperties: { '^_': { type: 'array', items: is.text } },
});

const sortable = [
  'access_ip_v4', 'access_ip_v6', 'auto_disk_config', 'availability_zone', 'config_drive', 'created_at', 'display_description', 'display_name', 'host', 'hostname', 'image_ref', 'instance_type_id',
  'kernel_id', 'key_name', 'launch_index', 'launched_at', 'locked_by', 'node', 'power_state', 'progress', 'project_id', 'ramdisk_id', 'root_device_name', 'task_state', 'terminated_at', 'updated_at',
  'user_id', 'uuid', 'vm_state',
];
const ignoredSortKeys = [
  'architecture', 'cell_name', 'cleaned', 'default_ephemeral_device', 'default_swap_device', 'deleted', 'deleted_at', 'disable_terminate', 'ephemeral_gb', 'ephemeral_key_uuid', 'id', 'key_data',
  'launched_on', 'locked', 'memory_mb', 'os_type', 'reservation_id', 'root_gb', 'shutdown_terminate', 'user_data', 'vcpus', 'vm_mode',
];

function sortKeys(version: number): string[] {
  if (version < 73) return [...sortable, ...ignoredSortKeys];
  return ['locked', ...sortable, ...(version < 75 ? ignoredSortKeys.filter((key) => key !== 'locked') : [])];
}

/** Instances' columns by Nova's name; `undefined`: all servers have the same there, or Nova itself takes no notice. */
const columns: Record<string, NonNullable<ListInstances['sort']>[number]['key'] | undefined> = {
  ...each([...ignoredSortKeys, 'kernel_id', 'ramdisk_id', 'root_device_name', 'progress', 'auto_disk_config'], undefined as never),
  availability_zone: 'availabilityZone',
  created_at: 'createdAt',
  display_name: 'name',
  hostname: 'hostname',
  image_ref: 'imageId',
  key_name: 'keyName',
  launch_index: 'launchIndex',
  launched_at: 'launchedAt',
  power_state: 'power',
  vm_state: 'power',
  project_id: 'projectId',
  updated_at: 'updatedAt',
  user_id: 'userId',
  uuid: 'id',
};

/** The order that a list's query asks for. Throws `invalid` for one that cannot be had. */
export function toSort(query: Query): NonNullable<ListInstances['sort']> {
  const directions = (query.sort_dir ?? []).map((direction) => direction.trim());
  return (query.sort_key ?? []).flatMap((key, index) => {
    const direction = directions[index] ?? directions[0] ?? 'desc';
    if (direction !== 'asc' && direction !== 'desc') throw new CloudError('invalid', "Unknown sort direction, must be one of: asc, desc");
    if (!Object.hasOwn(columns, key)) throw new CloudError('invalid', `Servers cannot be sorted by ${key} in this cloud.`);
    const column = columns[key];
    return column === undefined ? [] : [{ key: column, direction }];
  });
}
