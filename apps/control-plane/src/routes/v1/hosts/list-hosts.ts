import { listHosts as list } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { hostSchema, toHost } from './host-schema.ts';

export const listHosts: V1Route = (app, { cloud }) => {
  const schema = { summary: 'List hosts', tags: ['hosts'], response: { 200: Type.Object({ hosts: Type.Array(refTo(hostSchema)) }), ...problems } };
  app.get('/hosts', { schema, config: { adminPolicy: 'novadock:hosts' } }, async () => ({ hosts: (await list(cloud)).map(toHost) }));
};
