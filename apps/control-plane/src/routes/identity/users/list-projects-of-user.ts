import { listProjects } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { assertSelfOrAdmin } from '../assert-self.ts';
import { collection } from '../collection.ts';
import { toProject } from '../projects/project-body.ts';

export const listProjectsOfUser: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/v3/users/:id/projects', async (request) => {
    assertSelfOrAdmin(request, request.params.id, 'identity:list_user_projects');
    const projects = await listProjects(deps.cloud, { userId: request.params.id });
    return collection(deps, request, 'projects', projects.map((project) => toProject(deps, request, project)));
  });
};
