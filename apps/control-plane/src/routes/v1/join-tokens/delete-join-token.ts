import { deleteJoinToken as remove } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { noContent } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';

export const deleteJoinToken: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Make a token useless',
    tags: ['hosts'],
    params: Type.Object({ id: Type.String() }),
    response: { 204: noContent('Useless from now on'), ...problems },
  };
  app.delete('/join-tokens/:id', { schema, config: { adminPolicy: 'novadock:join-tokens' } }, async (request, answer) => {
    await remove(cloud, request.params.id);
    return answer.code(204).send();
  });
};
