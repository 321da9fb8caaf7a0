import type { Schema } from '../../../plugins/validation-check.ts';
import type { SchemaOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';

const portId: Schema = { oneOf: [is.uuid, is.none] };

function network(version: number): Schema {
  return is.object({ fixed_ip: is.ipAddress, port: portId, uuid: version >= 37 ? is.uuid : is.text, ...((version === 32 || version >= 42) && { tag: is.tag }) });
}

function networks(version: number): Schema {
  const list: Schema = { type: 'array', items: network(version) };
  return version < 37 ? list : { oneOf: [list, { type: 'string', enum: ['none', 'auto'] }] };
}

const text255: Schema = { type: 'string', maxLength: 255 };

const legacyBlockDevice: Record<string, Schema> = {
  virtual_name: text255,
  volume_id: is.uuid,
  snapshot_id: is.uuid,
  volume_size: { type: ['integer', 'string'], pattern: '^[0-9]+$', minimum: 1, maximum: 0x7fffffff },
  device_name: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-r/]*$' },
  delete_on_termination: is.boolean,
  no_device: is.anything,
  connection_info: { type: 'string', maxLength: 16777215 },
};

function blockDevice(version: number): Schema {
  return is.object({
    ...legacyBlockDevice,
    source_type: { type: 'string', enum: ['volume', 'image', 'snapshot', 'blank'] },
    uuid: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-]*$' },
    image_id: is.uuid,
    destination_type: { type: 'string', enum: ['local', 'volume'] },
    guest_format: text255,
    device_type: text255,
    disk_bus: text255,
    boot_index: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$' },
    ...((version === 32 || version >= 42) && { tag: is.tag }),
    ...(version >= 67 && { volume_type: { type: ['string', 'null'], minLength: 0, maxLength: 255 } }),
  });
}

const hints: Schema = {
  type: 'object',
  properties: {
    group: is.uuid,
    different_host: { oneOf: [is.uuid, { type: 'array', items: is.uuid }] },
    same_host: { type: ['string', 'array'], items: is.uuid },
    query: { type: ['string', 'object'] },
    build_near_host_ip: is.ipAddress,
    cidr: { type: 'string', pattern: '^/[0-9a-f.:]+$' },
  },
  additionalProperties: true,
};

/** POST /servers */
export const createServerBody: SchemaOf = (version) => {
  const server = is.object(
    {
      name: is.name,
      imageRef: { oneOf: [is.uuid, { type: 'string', maxLength: 0 }] },
      flavorRef: is.flavorRef,
      adminPass: is.text,
      metadata: is.metadata,
      networks: networks(version),
      'OS-DCF:diskConfig': is.diskConfig,
      accessIPv4: { type: 'string', format: 'ipv4' },
      accessIPv6: { type: 'string', format: 'ipv6' },
      ...(version < 57 && { personality: { type: 'array', items: is.object({ path: is.text, contents: is.base64 }) } }),
      availability_zone: is.name,
      block_device_mapping: { type: 'array', items: is.object(legacyBlockDevice) },
      block_device_mapping_v2: { type: 'array', items: blockDevice(version) },
      config_drive: is.boolean,
      key_name: is.name,
      min_count: is.positiveInteger,
      max_count: is.positiveInteger,
      return_reservation_id: is.boolean,
      security_groups: { type: 'array', items: is.object({ name: is.name }) },
      user_data: { type: 'string', format: 'base64', maxLength: 65535 },
      ...(version >= 19 && { description: is.description(255) }),
      ...(version >= 52 && { tags: { type: 'array', items: is.tag, maxItems: is.maxTags } }),
      ...(version >= 63 && { trusted_image_certificates: { type: ['array', 'null'], minItems: 1, maxItems: 50, uniqueItems: true, items: { type: 'string', minLength: 1 } } }),
      ...(version >= 74 && { host: is.hostName, hypervisor_hostname: is.hostName }),
    },
    ['name', 'flavorRef', ...(version >= 37 ? ['networks'] : [])],
  );
  return is.object({ server, 'os:scheduler_hints': hints, 'OS-SCH-HNT:scheduler_hints': hints }, ['server']);
};

/** PUT /servers/{id} */
export const updateServerBody: SchemaOf = (version) =>
  is.wrapped(
    'server',
    is.object({
      name: is.name,
      'OS-DCF:diskConfig': is.diskConfig,
      accessIPv4: { type: 'string', format: 'ipv4' },
      accessIPv6: { type: 'string', format: 'ipv6' },
      ...(version >= 19 && { description: is.description(255) }),
    }),
  );
