import type { FastifyRequest } from 'fastify';
import { baseUrl, type Deps, type Route } from '../../deps.ts';
import { newestMicroversion, oldestMicroversion } from '../../plugins/microversion.ts';

/** v2.0 is listed because clients and Tempest look for it; it has no more than its document. */
const versions = [
  { id: 'v2.0', path: 'v2', status: 'SUPPORTED', version: '', min_version: '', updated: '2011-01-21T11:33:21Z' },
  { id: 'v2.1', path: 'v2.1', status: 'CURRENT', version: `2.${newestMicroversion}`, min_version: `2.${oldestMicroversion}`, updated: '2013-07-23T11:33:21Z' },
] as const;
type Version = (typeof versions)[number];

const mediaType = ({ path }: Version) => ({ base: 'application/json', type: `application/vnd.openstack.compute+json;version=${path.slice(1)}` });

/** GET / and the legacy /v2/: which versions there are. */
export const getVersions: Route = (app, deps) => {
  app.get('/', { config: { public: true } }, async (request) => ({
    versions: versions.map(({ path, ...version }) => ({ ...version, links: [{ rel: 'self', href: `${root(deps, request)}/${path}/` }] })),
  }));
  app.get('/v2/', { config: { public: true } }, async (request) => versionDocument(deps, request, versions[0]));
};

/** GET /v2.1/: what this version is. */
export const getVersion: Route = (app, deps) => {
  app.get('/', { config: { public: true } }, async (request) => versionDocument(deps, request, versions[1]));
};

/** What to answer on a path of no version. */
export function versionChoices(deps: Deps, request: FastifyRequest): object {
  const path = request.url.replace(/^\/compute\/?/, '');
  return {
    choices: versions.map((version) => ({
      id: version.id,
      status: version.status,
      links: [{ rel: 'self', href: `${root(deps, request)}/${version.path}/${path}` }],
      'media-types': [mediaType(version)],
    })),
  };
}

function versionDocument(deps: Deps, request: FastifyRequest, chosen: Version): object {
  const { path, ...version } = chosen;
  const links = [
    { rel: 'self', href: `${root(deps, request)}/${path}/` },
    { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' },
  ];
  return { version: { ...version, links, 'media-types': [mediaType(chosen)] } };
}

function root(deps: Deps, request: FastifyRequest): string {
  return `${baseUrl(deps, request)}/compute`;
}
