import { getInstance } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { notImplemented } from '../fault.ts';

type OfServer = { Params: { id: string } };

/** /servers/{id}/os-volume_attachments: there are no volumes. */
export const serverVolumes: Route = (app, deps) => {
  app.get<OfServer>('/servers/:id/os-volume_attachments', async (request) => {
    await getInstance(deps.cloud, projectCallerOf(request), request.params.id);
    return { volumeAttachments: [] };
  });

  app.post<OfServer>('/servers/:id/os-volume_attachments', async (request) => {
    await getInstance(deps.cloud, projectCallerOf(request), request.params.id);
    throw notImplemented('Attaching a volume is not supported by this cloud: it has no volumes.');
  });
};
