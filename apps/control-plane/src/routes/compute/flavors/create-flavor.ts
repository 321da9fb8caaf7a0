import { createFlavor as create } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import type { Schema } from '../../../plugins/validation-check.ts';
import type { SchemaOf } from '../../../plugins/validation.ts';
import { linksFor } from '../links.ts';
import * as is from '../parameters.ts';
import { toFlavor } from './flavor-view.ts';

type Count = number | string;
type Body = {
  flavor: {
    name: string;
    id?: string | number | null;
    ram: Count;
    vcpus: Count;
    disk: Count;
    'OS-FLV-EXT-DATA:ephemeral'?: Count;
    swap?: Count;
    rxtx_factor?: Count;
    'os-flavor-access:is_public'?: boolean | string;
    description?: string | null;
  };
};

const count = (minimum: number): Schema => ({ type: ['integer', 'string'], pattern: '^[0-9]+$', minimum, maximum: 0x7fffffff });

const createFlavorBody: SchemaOf = (version) =>
  is.wrapped(
    'flavor',
    is.object(
      {
        name: is.name,
        id: { type: ['string', 'number', 'null'], minLength: 1, maxLength: 255, pattern: '^(?! )[a-zA-Z0-9. _-]+(?<! )$' },
        ram: count(1),
        vcpus: count(1),
        disk: count(0),
        'OS-FLV-EXT-DATA:ephemeral': count(0),
        swap: count(0),
        rxtx_factor: { type: ['number', 'string'], pattern: '^[0-9]+(\\.[0-9]+)?$', minimum: 0, exclusiveMinimum: true, maximum: 3.40282e38 },
        'os-flavor-access:is_public': is.boolean,
        ...(version >= 55 && { description: is.description(65535) }),
      },
      ['name', 'ram', 'vcpus', 'disk'],
    ),
  );

/** POST /flavors, for administrators. Numbers may come as text, the id as a number; null or `auto` asks for a new one. */
export const createFlavor: Route = (app, deps) => {
  app.post<{ Body: Body }>('/flavors', { config: { body: createFlavorBody, adminPolicy: 'os_compute_api:os-flavor-manage:create' } }, async (request) => {
    const { flavor: wanted } = request.body;
    const id = wanted.id === undefined || wanted.id === null || wanted.id === 'auto' ? undefined : String(wanted.id);
    const flavor = await create(deps.cloud, {
      ...(id !== undefined && { id }),
      name: wanted.name.trim(),
      memoryMb: Number(wanted.ram),
      vcpus: Number(wanted.vcpus),
      diskGb: Number(wanted.disk),
      ephemeralGb: Number(wanted['OS-FLV-EXT-DATA:ephemeral'] ?? 0),
      swapMb: Number(wanted.swap ?? 0),
      rxtxFactor: Number(wanted.rxtx_factor ?? 1),
      isPublic: is.toBoolean(wanted['os-flavor-access:is_public']) ?? true,
      description: wanted.description ?? null,
    });
    return { flavor: toFlavor(flavor, { version: request.microversion, links: linksFor(deps, request) }) };
  });
};
