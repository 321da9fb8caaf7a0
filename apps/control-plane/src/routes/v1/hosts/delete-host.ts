import { deleteHost as remove } from '@novadock/cloud';
import { problems } from '../problem.ts';
import { noContent } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { hostParams } from './host-schema.ts';

export const deleteHost: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Forget a host',
    description: 'Refused while instances live on it.',
    tags: ['hosts'],
    params: hostParams,
    response: { 204: noContent('Forgotten'), ...problems },
  };
  app.delete('/hosts/:host', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request, answer) => {
    await remove(cloud, request.params.host);
    return answer.code(204).send();
  });
};
