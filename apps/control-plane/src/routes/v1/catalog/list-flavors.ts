import { listFlavors as list } from '@novadock/cloud';
import { Type } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { nullable } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';

const flavorSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  vcpus: Type.Integer(),
  memoryMb: Type.Integer(),
  diskGb: Type.Integer({ description: '0: no limit.' }),
  description: nullable(Type.String()),
});

export const listFlavors: V1Route = (app, { cloud }) => {
  const schema = { summary: 'List flavors', tags: ['catalog'], response: { 200: Type.Object({ flavors: Type.Array(flavorSchema) }), ...problems } };
  app.get('/flavors', { schema }, async (request) => {
    const flavors = await list(cloud, projectCallerOf(request), { sort: { key: 'memoryMb', direction: 'asc' } });
    return { flavors: flavors.map(({ id, name, vcpus, memoryMb, diskGb, description }) => ({ id, name, vcpus, memoryMb, diskGb, description })) };
  });
};
