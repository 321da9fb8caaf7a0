import { listNetworks as list, listSubnets } from '@novadock/cloud';
import { Type } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';

const networkSchema = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  shared: Type.Boolean({ description: 'All projects may use it.' }),
  external: Type.Boolean(),
  cidrs: Type.Array(Type.String(), { description: 'Of its subnets.' }),
});

export const listNetworks: V1Route = (app, { cloud }) => {
  const schema = { summary: 'List networks', tags: ['catalog'], response: { 200: Type.Object({ networks: Type.Array(networkSchema) }), ...problems } };
  app.get('/networks', { schema }, async (request) => {
    const auth = projectCallerOf(request);
    const [networks, subnets] = await Promise.all([list(cloud, auth), listSubnets(cloud, auth)]);
    const cidrsOf = (networkId: string) => subnets.filter((subnet) => subnet.networkId === networkId).map(({ cidr }) => cidr);
    return { networks: networks.map(({ id, name, shared, external }) => ({ id, name, shared, external, cidrs: cidrsOf(id) })) };
  });
};
