import { listKeypairs as list } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { queryOf, type SchemaOf } from '../../../plugins/validation.ts';
import { limitOf, linksFor, nextLink } from '../links.ts';
import * as is from '../parameters.ts';
import { toListedKeypair } from './keypair-view.ts';

const listQuery: SchemaOf = (version) => is.query(version, { ...(version >= 10 && { user_id: is.text }), ...(version >= 35 && is.paging) });

/** GET /os-keypairs: the caller's, or from 2.10 on another user's for an administrator; in pages from 2.35 on. */
export const listKeypairs: Route = (app, deps) => {
  app.get('/os-keypairs', { config: { query: listQuery } }, async (request) => {
    const { microversion } = request;
    const query = queryOf(request);
    const paging = microversion >= 35 ? { limit: limitOf(query), marker: query.marker?.at(-1) } : {};
    const page = await list(deps.cloud, projectCallerOf(request), { userId: query.user_id?.at(0), ...paging });
    const next = microversion >= 35 ? nextLink(linksFor(deps, request), { key: 'keypairs_links', path: 'os-keypairs', query, page: page.map(({ name }) => ({ id: name })) }) : {};
    return { keypairs: page.map((keypair) => toListedKeypair(keypair, microversion)), ...next };
  });
};
