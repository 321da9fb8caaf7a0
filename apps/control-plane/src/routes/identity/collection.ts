import type { FastifyRequest } from 'fastify';
import { baseUrl, type Deps } from '../../deps.ts';

/** Where a resource of the identity service is. */
export function linkTo(deps: Deps, request: FastifyRequest, path: string): { self: string } {
  return { self: `${baseUrl(deps, request)}/identity/v3/${path}` };
}

/** A list as Keystone answers it: of these items, those that have the values which the query asks for. */
export function collection<Item extends object>(deps: Deps, request: FastifyRequest, key: string, items: Item[]) {
  const wanted = Object.entries(request.query as Record<string, string | string[]>);
  const found = items.filter((item) => wanted.every(([name, value]) => !Object.hasOwn(item, name) || isEqual(item[name as keyof Item], [value].flat().at(-1) ?? '')));
  return { [key]: found, links: { next: null, self: `${baseUrl(deps, request)}${request.originalUrl.replace(/\?$/, '')}`, previous: null } };
}

/** Booleans come as `true`, `True` or `1`. */
function isEqual(value: unknown, text: string): boolean {
  if (typeof value === 'boolean') return value === /^(true|1)$/i.test(text);
  return String(value) === text;
}
