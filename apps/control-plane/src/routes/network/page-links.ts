import type { FastifyRequest } from 'fastify';
import { baseUrl, type Deps } from '../../deps.ts';
import type { Page, RawQuery } from './read-query.ts';

type Link = { rel: 'next' | 'previous'; href: string };

/** The links to the pages around this one, under Neutron's name for them; nothing unless the request asked for pages. */
export function pageLinks(deps: Deps, request: FastifyRequest, { collection, page, ids }: { collection: string; page: Page; ids: string[] }): Record<string, Link[]> {
  const [first, last] = [ids[0], ids.at(-1)];
  if (page.limit === undefined || first === undefined || last === undefined) return {};
  const isFull = ids.length === page.limit;
  const links: Link[] = [];
  if (isFull || page.reverse) links.push({ rel: 'next', href: hrefOf(deps, request, { marker: last }) });
  if (isFull || !page.reverse) links.push({ rel: 'previous', href: hrefOf(deps, request, { marker: first, page_reverse: 'True' }) });
  return { [`${collection}_links`]: links };
}

function hrefOf(deps: Deps, request: FastifyRequest, place: Record<string, string>): string {
  const asked = Object.entries(request.query as RawQuery).filter(([name]) => name !== 'marker' && name !== 'page_reverse');
  const parameters = new URLSearchParams([...asked.flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value])), ...Object.entries(place)]);
  return `${baseUrl(deps, request)}${request.originalUrl.split('?')[0]}?${parameters}`;
}
