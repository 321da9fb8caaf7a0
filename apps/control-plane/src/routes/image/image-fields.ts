import { CloudError } from '@novadock/model';
import type { ImageField } from '@novadock/cloud';

/** Glance's names of what a user may set of an image; whatever else is not spoken for is a property. */
export const fields: Record<string, ImageField> = {
  name: 'name', visibility: 'visibility', owner: 'projectId', container_format: 'containerFormat', disk_format: 'diskFormat',
  min_disk: 'minDiskGb', min_ram: 'minMemoryMb', protected: 'protected', os_hidden: 'hidden', tags: 'tags',
};

const readOnly = ['created_at', 'updated_at', 'status', 'checksum', 'size', 'virtual_size', 'direct_url', 'self', 'file', 'schema', 'stores', 'os_hash_algo', 'os_hash_value'];
const reserved = ['location', 'locations', 'deleted', 'deleted_at'];
const reservedPrefix = 'os_glance';

/** The field of this name, undefined for a property. Throws `forbidden` for what users may not set. */
export function settableField(name: string): ImageField | undefined {
  if (readOnly.includes(name)) throw new CloudError('forbidden', `Attribute '${name}' is read-only.`);
  if (reserved.includes(name) || name.startsWith(reservedPrefix)) throw new CloudError('forbidden', `Attribute '${name}' is reserved.`);
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
