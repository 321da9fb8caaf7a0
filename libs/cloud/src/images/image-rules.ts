import { CloudError } from '@novadock/model';
import type { Auth } from '../identity/auth.ts';

// Glance's defaults.
const maxProperties = 128;
const maxTags = 128;
const maxInteger = 2 ** 31 - 1;

/** What is public is in everyone's list, so only administrators publish. Throws `forbidden`. */
export function assertMayPublish(auth: Auth, visibility: string): void {
  if (visibility === 'public' && !auth.isAdmin) throw new CloudError('forbidden', 'You are not authorized to complete publicize_image action.', { reason: 'publicize_image' });
}

/** Throws `exhausted` when an image has more properties than one may have. */
export function assertFewProperties(properties: object): void {
  assertAtMost(Object.keys(properties).length, maxProperties, 'properties');
}

/** Throws `exhausted` when an image has more tags than one may have. */
export function assertFewTags(tags: string[]): void {
  assertAtMost(tags.length, maxTags, 'tags');
}

function assertAtMost(attempted: number, maximum: number, what: string): void {
  if (attempted <= maximum) return;
  throw new CloudError('exhausted', `The limit has been exceeded on the number of allowed image ${what}. Attempted: ${attempted}, Maximum: ${maximum}`, { reason: 'imageTooLarge' });
}

/** Throws `invalid` for a number of MB or GB that can be none. `name`: as the user knows it. */
export function assertSize(name: string, value: number): void {
  if (value >= 0 && value <= maxInteger) return;
  throw new CloudError('invalid', `Invalid value '${value}' for parameter '${name}': Cannot be ${value < 0 ? 'a negative value' : `more than ${maxInteger}`}`);
}
