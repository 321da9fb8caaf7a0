import type { getFlavor } from '@novadock/cloud';
import type { Links } from '../links.ts';

export type Flavor = Awaited<ReturnType<typeof getFlavor>>;
export type FlavorContext = { version: number; links: Links };

/** A flavor as Nova's microversion 2.`version` shows it. */
export function toFlavor(flavor: Flavor, { version, links }: FlavorContext): object {
  return {
    id: flavor.id,
    name: flavor.name,
    ram: flavor.memoryMb,
    disk: flavor.diskGb,
    swap: flavor.swapMb === 0 && version < 75 ? '' : flavor.swapMb,
    'OS-FLV-EXT-DATA:ephemeral': flavor.ephemeralGb,
    'OS-FLV-DISABLED:disabled': flavor.disabled,
    vcpus: flavor.vcpus,
    'os-flavor-access:is_public': flavor.isPublic,
    rxtx_factor: flavor.rxtxFactor,
    links: links.of(`flavors/${flavor.id}`),
    ...(version >= 55 && { description: flavor.description }),
    ...(version >= 61 && { extra_specs: flavor.extraSpecs }),
  };
}

/** What a list without details shows. */
export function toFlavorLink({ id, name, description }: Flavor, { version, links }: FlavorContext): object {
  return { id, name, links: links.of(`flavors/${id}`), ...(version >= 55 && { description }) };
}
