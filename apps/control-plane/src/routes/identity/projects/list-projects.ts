import { listProjects as list } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { collection } from '../collection.ts';
import { toProject } from './project-body.ts';

export const listProjects: Route = (app, deps) => {
  app.get('/v3/projects', { config: { adminPolicy: 'identity:list_projects' } }, async (request) => {
    const projects = await list(deps.cloud);
    return collection(deps, request, 'projects', projects.map((project) => toProject(deps, request, project)));
  });
};
