import { projectCallerOf } from '../../../plugins/auth.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { findInstance } from './find-instance.ts';
import { instanceParams, instanceSchema, toInstance } from './instance-schema.ts';

export const getInstance: V1Route = (app, { cloud }) => {
  const schema = { summary: 'Show an instance', tags: ['instances'], params: instanceParams, response: { 200: refTo(instanceSchema), ...problems } };
  app.get('/instances/:instance', { schema }, async (request) => toInstance(await findInstance(cloud, projectCallerOf(request), request.params.instance)));
};
