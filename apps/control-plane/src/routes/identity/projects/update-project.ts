import { updateProject as update } from '@novadock/cloud';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { fromProject, projectChange, toProject } from './project-body.ts';

const body = Type.Object({ project: projectChange });

export const updateProject: Route = (app, deps) => {
  app.patch('/v3/projects/:id', { config: { adminPolicy: 'identity:update_project' }, schema: { params: Type.Object({ id: Type.String() }), body } }, async (request) => ({
    project: toProject(deps, request, await update(deps.cloud, request.params.id, fromProject(request.body.project))),
  }));
};
