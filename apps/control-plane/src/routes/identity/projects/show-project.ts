import { getProject } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { callerOf } from '../../../plugins/auth.ts';
import { toProject } from './project-body.ts';

/** The caller's own project, or any for an administrator. */
export const showProject: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/v3/projects/:id', async (request) => {
    const { id } = request.params;
    const caller = callerOf(request);
    if (!caller.isAdmin && caller.projectId !== id) throw new CloudError('forbidden', 'Not your project.', { reason: 'identity:get_project' });
    return { project: toProject(deps, request, await getProject(deps.cloud, id)) };
  });
};
