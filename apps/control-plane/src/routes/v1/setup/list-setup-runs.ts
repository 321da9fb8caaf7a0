import { listSetupRuns as list } from '@novadock/cloud';
import { Type } from 'typebox';
import { hostParams } from '../hosts/host-schema.ts';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging, refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { setupRunSchema, toSetupRun } from './setup-run-schema.ts';

export const listSetupRuns: V1Route = (app, { cloud }) => {
  const schema = {
    summary: "List the runs of a host's set-up",
    description: 'Newest first.',
    tags: ['set-up'],
    params: hostParams,
    querystring: Type.Object(paging, { additionalProperties: false }),
    response: { 200: Type.Object({ runs: Type.Array(refTo(setupRunSchema)), next: nextLink }), ...problems },
  };
  app.get('/hosts/:host/setup-runs', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request) => {
    const { limit = defaultLimit, marker } = request.query;
    const { runs, more } = await list(cloud, { host: request.params.host, limit, marker });
    return { runs: runs.map(toSetupRun), next: linkAfter(request.url, runs.at(-1), more) };
  });
};
