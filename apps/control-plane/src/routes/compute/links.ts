import type { FastifyRequest } from 'fastify';
import { baseUrl, type Deps } from '../../deps.ts';
import type { Query } from '../../plugins/validation.ts';

export type Link = { rel: string; href: string };

/** Where things are for the client of a request: as it wrote the URL, with the project's id in the path if it had it there. */
export type Links = {
  href(path: string): string;
  /** The same without the version: Nova's permanent link. */
  bookmark(path: string): string;
  /** Both, as an entity carries them. */
  of(path: string): Link[];
};

export function linksFor(deps: Deps, request: FastifyRequest): Links {
  const root = `${baseUrl(deps, request)}/compute`;
  const { project_id: projectId } = request.params as { project_id?: string };
  const project = projectId === undefined ? '' : `/${projectId}`;
  const href = (path: string) => `${root}/v2.1${project}/${path}`;
  const bookmark = (path: string) => `${root}${project}/${path}`;
  return { href, bookmark, of: (path) => [{ rel: 'self', href: href(path) }, { rel: 'bookmark', href: bookmark(path) }] };
}

/** The most that a page has. */
export const maxPage = 1000;

/** How many a request wants, at most a page. */
export function limitOf(query: Query): number {
  return Math.min(Number(query.limit?.at(-1) ?? maxPage), maxPage);
}

/** The link to the page after a full one, as `key` of the answer; nothing when the page is not full. Its query is the one that was asked, sorted. */
export function nextLink(links: Links, { key, path, query, page }: { key: string; path: string; query: Query; page: readonly { id: string }[] }): Record<string, Link[]> {
  const last = page.at(-1);
  if (last === undefined || page.length < limitOf(query)) return {};
  const params = new URLSearchParams(Object.keys(query).sort().map((name): [string, string] => [name, query[name]?.at(-1) ?? '']));
  params.set('marker', last.id);
  return { [key]: [{ rel: 'next', href: `${links.href(path)}?${params}` }] };
}
