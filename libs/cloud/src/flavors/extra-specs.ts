import { CloudError } from '@novadock/model';
import { mergeExtraSpecs, removeExtraSpec } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { getFlavor, noFlavor } from './get-flavor.ts';
import type { Auth } from '../identity/auth.ts';

/** Adds extra specs to a flavor, in place of those of the same name. Throws `notFound`. */
export async function setExtraSpecs(cloud: Cloud, flavorId: string, specs: Record<string, string>): Promise<void> {
  if (!(await mergeExtraSpecs(cloud.store, flavorId, specs))) throw noFlavor(flavorId);
}

/** Takes an extra spec off a flavor. Throws `notFound`. */
export async function deleteExtraSpec(cloud: Cloud, auth: Auth, { flavorId, key }: { flavorId: string; key: string }): Promise<void> {
  await getFlavor(cloud, auth, flavorId);
  if (!(await removeExtraSpec(cloud.store, flavorId, key))) throw noExtraSpec(flavorId, key);
}

export function noExtraSpec(flavorId: string, key: string): CloudError {
  return new CloudError('notFound', `Flavor ${flavorId} has no extra specs with key ${key}.`);
}
