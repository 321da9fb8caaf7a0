import type { FastifyRequest } from 'fastify';
import type { Route } from '../../deps.ts';
import { linkTo } from './collection.ts';

const mediaTypes = [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }];

export const getVersions: Route = (app, deps) => {
  const version = (request: FastifyRequest) => ({
    id: 'v3.14', status: 'stable', updated: '2020-04-07T00:00:00Z', links: [{ rel: 'self', href: linkTo(deps, request, '').self }], 'media-types': mediaTypes,
  });
  app.get('/', { config: { public: true } }, async (request, reply) => {
    reply.code(300).header('location', linkTo(deps, request, '').self);
    return { versions: { values: [version(request)] } };
  });
  for (const path of ['/v3', '/v3/']) app.get(path, { config: { public: true } }, async (request) => ({ version: version(request) }));
};
