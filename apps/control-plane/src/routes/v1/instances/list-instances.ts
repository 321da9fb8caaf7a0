import { listInstances as list } from '@novadock/cloud';
import { Type } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { defaultLimit, linkAfter, nextLink, paging, refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { instanceSchema, toInstance } from './instance-schema.ts';

const query = Type.Object(
  {
    ...paging,
    name: Type.Optional(Type.String({ description: 'A regular expression.' })),
    status: Type.Optional(Type.String({ description: 'active, shutoff, error, …' })),
    host: Type.Optional(Type.String()),
    allProjects: Type.Optional(Type.Boolean({ description: 'For administrators.' })),
  },
  { additionalProperties: false },
);

export const listInstances: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'List instances',
    description: 'Newest first.',
    tags: ['instances'],
    querystring: query,
    response: { 200: Type.Object({ instances: Type.Array(refTo(instanceSchema)), next: nextLink }), ...problems },
  };
  app.get('/instances', { schema }, async (request) => {
    const { limit = defaultLimit, marker, name, status, host, allProjects } = request.query;
    const filter = { limit, marker, name, hostName: host, allProjects, statuses: status === undefined ? undefined : [status.toUpperCase()] };
    const { instances, more } = await list(cloud, projectCallerOf(request), filter);
    return { instances: instances.map(toInstance), next: linkAfter(request.url, instances.at(-1), more) };
  });
};
