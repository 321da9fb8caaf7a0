import { getSetupRun as get, waitForSetupRun } from '@novadock/cloud';
import { timeoutMsOf, waitSchema } from '../instances/wait-schema.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import { untilGone } from '../until-gone.ts';
import type { V1Route } from '../v1-route.ts';
import { setupRunParams, setupRunSchema, toSetupRun } from './setup-run-schema.ts';

export const getSetupRun: V1Route = (app, { cloud, setups }) => {
  const schema = {
    summary: "Show a run of a host's set-up",
    description: 'With `wait=ended` once it has ended, or the time is over.',
    tags: ['set-up'],
    params: setupRunParams,
    querystring: waitSchema('ended'),
    response: { 200: refTo(setupRunSchema), ...problems },
  };
  app.get('/hosts/:host/setup-runs/:run', { schema, config: { adminPolicy: 'novadock:hosts' } }, async (request, answer) => {
    const { host, run: runId } = request.params;
    if (request.query.wait === undefined) return toSetupRun(await get(cloud, { host, runId }));
    return toSetupRun(await waitForSetupRun(cloud, setups, { host, runId, timeoutMs: timeoutMsOf(request.query), signal: untilGone(answer) }));
  });
};
