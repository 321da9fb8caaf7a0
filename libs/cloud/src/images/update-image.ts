import { CloudError } from '@novadock/model';
import { inTransaction, updateImageRow, type Image } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { assertOwner, lockVisibleImage } from './image-access.ts';
import { assertFewProperties, assertFewTags, assertMayPublish, assertSize } from './image-rules.ts';

export type ImageField = 'name' | 'visibility' | 'projectId' | 'containerFormat' | 'diskFormat' | 'minDiskGb' | 'minMemoryMb' | 'protected' | 'hidden' | 'tags';

/** A change of a field, or of a property where there is no `field`; `name` is what the user calls it. The value's type was checked. */
export type ImageChange = { op: 'add' | 'replace' | 'remove'; name: string; field?: ImageField; value?: unknown; mustBeNew?: boolean };

type Properties = Record<string, string | null>;
type Draft = { -readonly [Field in ImageField]?: Image[Field] } & { properties: Properties };

/** Makes all changes or none. Throws `conflict` when a property to change is not there, `forbidden` for what the caller may not change. */
export async function updateImage({ store }: Cloud, auth: Auth, id: string, changes: ImageChange[]): Promise<Image> {
  return inTransaction(store, async (tx) => {
    const image = await lockVisibleImage(tx, auth, id);
    if (changes.length === 0) return image;
    const draft: Draft = { properties: { ...(image.properties as Properties) } };
    for (const change of changes) {
      assertMayChange(auth, image, change);
      if (change.field === undefined) changeProperty(draft.properties, change);
      else changeField(draft, { ...change, field: change.field });
    }
    assertFewProperties(draft.properties);
    return updateImageRow(tx, image.id, draft);
  });
}

function assertMayChange(auth: Auth, image: Image, { op, field, name, value }: ImageChange): void {
  if (op === 'replace' && field === 'projectId' && !auth.isAdmin) throw refusal("Owner can't be updated by non admin.");
  if (field === 'visibility' && op !== 'remove') assertMayPublish(auth, String(value));
  assertOwner(auth, image);
  if ((field === 'containerFormat' || field === 'diskFormat') && op !== 'remove' && image.status !== 'queued') {
    throw new CloudError('forbidden', `Attribute ${name} can be only replaced for a queued image.`);
  }
}

function changeField(draft: Draft, { op, name, field, value, mustBeNew }: ImageChange & { field: ImageField }): void {
  if (op === 'remove') throw refusal(`Property ${name} may not be removed.`);
  if (op === 'add' && mustBeNew === true) throw alreadyThere(name);
  if (field === 'minDiskGb' || field === 'minMemoryMb') assertSize(name, Number(value));
  const checked = field === 'tags' ? [...new Set(value as string[])] : value;
  if (field === 'tags') assertFewTags(checked as string[]);
  Object.assign(draft, { [field]: checked });
}

function changeProperty(properties: Properties, { op, name, value, mustBeNew }: ImageChange): void {
  const isThere = Object.hasOwn(properties, name);
  if (op === 'add' && isThere && mustBeNew === true) throw alreadyThere(name);
  if (op !== 'add' && !isThere) throw new CloudError('conflict', `Property ${name} does not exist.`, { reason: 'propertyConflict' });
  if (op === 'remove') delete properties[name];
  else properties[name] = value as string | null;
}

function alreadyThere(name: string): CloudError {
  return new CloudError('conflict', `Property ${name} already present.`, { reason: 'propertyConflict' });
}

function refusal(message: string): CloudError {
  return new CloudError('forbidden', message, { reason: 'propertyForbidden' });
}
