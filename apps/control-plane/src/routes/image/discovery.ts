import type { FastifyReply, FastifyRequest } from 'fastify';
import { baseUrl, type Deps, type Route } from '../../deps.ts';
import { sendJson } from './image-view.ts';

// What Glance of 2022 calls itself with one store.
const versions = ['v2.15', 'v2.9', 'v2.7', 'v2.6', 'v2.5', 'v2.4', 'v2.3', 'v2.2', 'v2.1', 'v2.0'];

/** GET / and /versions: which versions there are. So is the answer to all below the versions that are gone. */
export const discovery: Route = (app, deps) => {
  const choose = async (request: FastifyRequest, reply: FastifyReply) => send(deps, request, reply.code(300));
  for (const url of ['/', '/v1', '/v1/*']) app.get(url, { config: { public: true } }, choose);
  app.get('/versions', { config: { public: true } }, async (request, reply) => send(deps, request, reply));
};

function send(deps: Deps, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const links = [{ rel: 'self', href: `${baseUrl(deps, request)}/image/v2/` }];
  const body = { versions: versions.map((id, index) => ({ id, status: index === 0 ? 'CURRENT' : 'SUPPORTED', links })) };
  return sendJson(reply, body);
}
