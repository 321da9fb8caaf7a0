import { listFlavors as list } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { queryOf, type Query, type SchemaOf } from '../../../plugins/validation.ts';
import { limitOf, linksFor, nextLink } from '../links.ts';
import * as is from '../parameters.ts';
import { toFlavor, toFlavorLink, type Flavor, type FlavorContext } from './flavor-view.ts';

type Filter = Parameters<typeof list>[2];

/** Columns by Nova's name; `id` is a number of Nova's own. */
const sortKeys = {
  created_at: 'createdAt', description: 'description', disabled: 'disabled', ephemeral_gb: 'ephemeralGb', flavorid: 'id', id: 'createdAt', is_public: 'isPublic', memory_mb: 'memoryMb',
  name: 'name', root_gb: 'diskGb', rxtx_factor: 'rxtxFactor', swap: 'swapMb', updated_at: 'createdAt', vcpu_weight: 'id', vcpus: 'vcpus',
} satisfies Record<string, Filter['sort']['key']>;

const listQuery: SchemaOf = (version) =>
  is.query(version, {
    ...is.paging,
    is_public: is.text,
    minRam: is.text,
    minDisk: is.text,
    sort_key: { type: 'string', enum: Object.keys(sortKeys) },
    sort_dir: { type: 'string', enum: ['asc', 'desc'] },
  });

/** GET /flavors and /flavors/detail: those that the project may use; an administrator says with `is_public` which. */
export const listFlavors: Route = (app, deps) => {
  const config = { query: listQuery };
  app.get('/flavors', { config }, (request) => answer(deps, request, { path: 'flavors', show: toFlavorLink }));
  app.get('/flavors/detail', { config }, (request) => answer(deps, request, { path: 'flavors/detail', show: toFlavor }));
};

async function answer(deps: Deps, request: FastifyRequest, { path, show }: { path: string; show: (flavor: Flavor, context: FlavorContext) => object }): Promise<object> {
  const query = queryOf(request);
  const context = { version: request.microversion, links: linksFor(deps, request) };
  const page = await list(deps.cloud, projectCallerOf(request), toFilter(query));
  return { flavors: page.map((flavor) => show(flavor, context)), ...nextLink(context.links, { key: 'flavors_links', path, query, page }) };
}

function toFilter(query: Query): Filter {
  const key = (query.sort_key?.at(-1) ?? 'flavorid') as keyof typeof sortKeys;
  const direction = (query.sort_dir?.at(-1) ?? 'asc') as 'asc' | 'desc';
  return {
    isPublic: publicFilter(query.is_public?.at(-1)),
    minMemoryMb: atLeast(query, 'minRam'),
    minDiskGb: atLeast(query, 'minDisk'),
    sort: { key: sortKeys[key], direction },
    limit: limitOf(query),
    marker: query.marker?.at(-1),
  };
}

/** Public ones unless it says else; the word None asks for all. */
function publicFilter(asked: string | undefined): boolean | undefined {
  if (asked === undefined) return true;
  if (asked.toLowerCase() === 'none') return undefined;
  const isPublic = is.toBoolean(asked);
  if (isPublic === undefined) throw new CloudError('invalid', `Invalid is_public filter [${asked}]`);
  return isPublic;
}

function atLeast(query: Query, key: 'minRam' | 'minDisk'): number | undefined {
  const asked = query[key]?.at(-1);
  if (asked !== undefined && !/^\s*[+-]?\d+\s*$/.test(asked)) throw new CloudError('invalid', `Invalid ${key} filter [${asked}]`);
  return asked === undefined ? undefined : Number(asked);
}
