import { createProject as create } from '@novadock/cloud';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { fromProject, projectName, projectProperties, toProject } from './project-body.ts';

const body = Type.Object({ project: Type.Object({ ...projectProperties, name: projectName }, { additionalProperties: false }) });

export const createProject: Route = (app, deps) => {
  app.post('/v3/projects', { config: { adminPolicy: 'identity:create_project' }, schema: { body } }, async (request, reply) => {
    const { project } = request.body;
    const created = await create(deps.cloud, { ...fromProject(project), name: project.name });
    reply.code(201);
    return { project: toProject(deps, request, created) };
  });
};
