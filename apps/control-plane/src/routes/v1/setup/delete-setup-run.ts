import { deleteSetupRun as remove } from '@novadock/cloud';
import { problems } from '../problem.ts';
import { noContent } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { setupRunParams } from './setup-run-schema.ts';

export const deleteSetupRun: V1Route = (app, { cloud }) => {
  const schema = {
    summary: "Withdraw a run of a host's set-up",
    description: 'Before its host was told of it; then it goes on to its end.',
    tags: ['set-up'],
    params: setupRunParams,
    response: { 204: noContent('Withdrawn'), ...problems },
  };
  app.delete('/hosts/:host/setup-runs/:run', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request, answer) => {
    await remove(cloud, { host: request.params.host, runId: request.params.run });
    return answer.code(204).send();
  });
};
