import type { CreateInstances, NetworkRequest, ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { toBoolean } from '../parameters.ts';
import { compressIp } from './update-server.ts';

/** What is taken of POST /servers's body, once it fits the schema. */
export type BootBody = {
  server: {
    name: string;
    imageRef?: string;
    flavorRef: string | number;
    adminPass?: string;
    metadata?: Record<string, string>;
    networks?: 'auto' | 'none' | NetworkBody[];
    accessIPv4?: string;
    accessIPv6?: string;
    personality?: unknown[];
    availability_zone?: string;
    block_device_mapping?: unknown[];
    block_device_mapping_v2?: BlockDevice[];
    config_drive?: boolean | string;
    key_name?: string;
    min_count?: number | string;
    max_count?: number | string;
    return_reservation_id?: boolean | string;
    security_groups?: { name: string }[];
    user_data?: string;
    description?: string | null;
    tags?: string[];
    trusted_image_certificates?: string[] | null;
    host?: string;
    hypervisor_hostname?: string;
  };
  'os:scheduler_hints'?: Record<string, unknown>;
  'OS-SCH-HNT:scheduler_hints'?: Record<string, unknown>;
};
type ServerBody = BootBody['server'];
type NetworkBody = { uuid?: string; port?: string | null; fixed_ip?: string };
type BlockDevice = { source_type?: string; destination_type?: string; boot_index?: number | string | null; uuid?: string; image_id?: string };

type Context = { auth: ProjectAuth; version: number; requestId: string };

/** The boot that a body asks for. Throws `invalid` for what Nova's API offers and this cloud cannot do (P8), `forbidden` for an administrator's choices. */
export function toCreateInstances(body: BootBody, { auth, version, requestId }: Context): CreateInstances {
  const { server } = body;
  refuseImpossible(body);
  const minCount = Number(server.min_count ?? 1);
  return {
    name: server.name.trim(),
    // Before 2.19, when there was no description, Nova kept the name in its place.
    description: version < 19 ? server.name.trim() : (server.description ?? null),
    imageId: imageOf(server),
    flavorId: lastSegment(String(server.flavorRef)),
    networks: toNetworks(server.networks),
    ...placementOf(server, auth),
    ...optional(server),
    minCount,
    maxCount: Number(server.max_count ?? minCount),
    requestId,
  };
}

function optional(server: ServerBody): Partial<CreateInstances> {
  return {
    keyName: server.key_name,
    metadata: server.metadata,
    tags: server.tags && [...new Set(server.tags)],
    userData: server.user_data?.replaceAll(/\s/g, ''),
    configDrive: toBoolean(server.config_drive),
    securityGroups: server.security_groups?.map(({ name }) => name),
    accessIpV4: server.accessIPv4,
    accessIpV6: server.accessIPv6 && compressIp(server.accessIPv6),
  };
}

const impossibleHints = ['group', 'same_host', 'different_host', 'build_near_host_ip', 'query'];

function refuseImpossible(body: BootBody): void {
  const { personality, trusted_image_certificates: certificates } = body.server;
  if (personality !== undefined && personality.length > 0) throw refusal('File injection (personality) is not supported: pass user_data.');
  if (certificates !== undefined && certificates !== null) throw refusal('Trusted image certificates are not supported.');
  const hints = body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'] ?? {};
  const hint = impossibleHints.find((name) => Object.hasOwn(hints, name));
  if (hint !== undefined) throw refusal(`The scheduler hint ${hint} is not supported.`);
}

/** The image: named as such, or as the one block device that an ordinary boot has, as new clients write it. */
function imageOf(server: ServerBody): string {
  const [device, ...more] = server.block_device_mapping_v2 ?? [];
  if ((server.block_device_mapping ?? []).length + more.length > 0 || !isImageOnHost(device)) throw noVolumes();
  const ofDevice = device?.uuid ?? device?.image_id;
  const imageId = server.imageRef || ofDevice;
  if (imageId === undefined) throw refusal('Missing imageRef attribute');
  if (ofDevice !== undefined && ofDevice !== imageId) throw refusal('Block Device Mapping is Invalid: its image is not the one of imageRef.');
  return imageId;
}

function isImageOnHost(device: BlockDevice | undefined): boolean {
  if (device === undefined) return true;
  return device.source_type === 'image' && (device.destination_type ?? 'local') === 'local' && Number(device.boot_index ?? -1) === 0;
}

function toNetworks(networks: ServerBody['networks']): CreateInstances['networks'] {
  if (networks === undefined || networks.length === 0) return 'auto';
  if (typeof networks === 'string') return networks;
  const ports = networks.flatMap(({ port }) => port ?? []);
  const twice = ports.find((port, index) => ports.indexOf(port) < index);
  if (twice !== undefined) throw refusal(`Port ID '${twice}' was specified twice: you cannot attach a port multiple times.`);
  return networks.map(toNetwork);
}

function toNetwork({ uuid, port, fixed_ip: fixedIp }: NetworkBody): NetworkRequest {
  if (port !== undefined && port !== null) {
    if (fixedIp !== undefined) throw refusal(`Specified Fixed IP '${fixedIp}' cannot be used with port '${port}': the two cannot be specified together.`);
    return { portId: port };
  }
  if (uuid === undefined) throw refusal("Bad network format: missing 'uuid'");
  if (!/^[0-9a-f-]{36}$/i.test(uuid)) throw refusal(`Bad networks format: network uuid is not in proper format (${uuid})`);
  return { networkId: uuid, ...(fixedIp !== undefined && { fixedIp }) };
}

/** Where it shall run: in a zone, or for administrators on a host, by `ZONE:HOST` (which Nova takes for the host alone) or by the host's name. */
function placementOf(server: ServerBody, auth: ProjectAuth): Pick<CreateInstances, 'availabilityZone' | 'hostName'> {
  const [zone, ...forced] = (server.availability_zone ?? '').split(':');
  const wanted = [server.host, server.hypervisor_hostname].filter((name) => name !== undefined);
  assertMayPlace(auth, forced, wanted);
  const names = new Set([...forced, ...wanted].filter((name) => name !== ''));
  if (names.size > 1) throw refusal(`No host is both ${[...names].join(' and ')}.`);
  const [hostName] = names;
  return { ...(hostName !== undefined && { hostName }), ...(zone !== '' && forced.length === 0 && { availabilityZone: zone }) };
}

function assertMayPlace(auth: ProjectAuth, forced: string[], wanted: string[]): void {
  const policy = forced.length > 0 ? 'os_compute_api:servers:create:forced_host' : 'compute:servers:create:requested_destination';
  if (forced.length + wanted.length > 0 && !auth.isAdmin) throw new CloudError('forbidden', `Policy doesn't allow ${policy} to be performed.`);
  if (forced.length > 2) throw refusal('Invalid input received: Unable to parse availability_zone');
  if (forced.length > 0 && wanted.length > 0) {
    throw refusal('One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.');
  }
}

/** Ids may come as links to what they name. */
function lastSegment(ref: string): string {
  return ref.split('/').at(-1) ?? ref;
}

function noVolumes(): CloudError {
  return refusal('Block Device Mapping is Invalid: there are no volumes here. A server boots from an image onto its host (source_type image, destination_type local, boot_index 0).');
}

function refusal(message: string): CloudError {
  return new CloudError('invalid', message);
}
