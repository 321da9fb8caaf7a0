import { activateImage } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { sendNothing } from './image-view.ts';

/** POST /v2/images/{id}/actions/deactivate and /reactivate */
export const imageActions: Route = (app, { cloud }) => {
  for (const [action, active] of [['deactivate', false], ['reactivate', true]] as const) {
    app.post<{ Params: { id: string } }>(`/v2/images/:id/actions/${action}`, async (request, reply) => {
      await activateImage(cloud, callerOf(request), request.params.id, active);
      return sendNothing(reply);
    });
  }
};
