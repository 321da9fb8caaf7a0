import { getImage } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { sendJson } from './image-view.ts';

type Params = { id: string; member: string };

/** /v2/images/{id}/members: images are a project's own, public or community; with single other projects they are not shared, so there are no members. */
export const imageMembers: Route = (app, { cloud }) => {
  app.get<{ Params: Params }>('/v2/images/:id/members', async (request, reply) => {
    const { id, visibility } = await getImage(cloud, callerOf(request), request.params.id);
    if (visibility !== 'shared') throw new CloudError('forbidden', `Not allowed to list members for image ${id}: Only shared images have members.`);
    return sendJson(reply, { members: [], schema: '/v2/schemas/members' });
  });
  app.post<{ Params: Params }>('/v2/images/:id/members', async (request) => {
    const { id } = await getImage(cloud, callerOf(request), request.params.id);
    throw new CloudError('forbidden', `Not allowed to create members for image ${id}.`);
  });
  app.route<{ Params: Params }>({
    method: ['GET', 'PUT', 'DELETE'],
    url: '/v2/images/:id/members/:member',
    handler: async (request) => {
      const { id } = await getImage(cloud, callerOf(request), request.params.id);
      throw new CloudError('notFound', `${request.params.member} not found in the member list of the image ${id}.`);
    },
  });
};
