import { getInstanceStats } from '@novadock/cloud';
import { Type } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { findInstance } from './find-instance.ts';
import { instanceParams } from './instance-schema.ts';

const statsSchema = Type.Object({
  cpuTimeNs: Type.Integer(),
  cpuPercent: Type.Number(),
  memoryBytes: Type.Integer(),
  memoryLimitBytes: Type.Integer(),
  pids: Type.Integer(),
  blockReadBytes: Type.Integer(),
  blockWriteBytes: Type.Integer(),
  interfaces: Type.Array(Type.Object({ macAddress: Type.String(), rxBytes: Type.Integer(), rxPackets: Type.Integer(), txBytes: Type.Integer(), txPackets: Type.Integer() })),
});

export const getStats: V1Route = (app, { cloud }) => {
  const schema = { summary: 'Show what an instance uses right now', tags: ['instances'], params: instanceParams, response: { 200: statsSchema, ...problems } };
  app.get('/instances/:instance/stats', { schema }, async (request) => {
    const auth = projectCallerOf(request);
    const { id } = await findInstance(cloud, auth, request.params.instance);
    return getInstanceStats(cloud, auth, id);
  });
};
