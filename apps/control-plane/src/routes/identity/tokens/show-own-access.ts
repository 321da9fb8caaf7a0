import { catalog, listAssignments, listProjects } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { baseUrl, type Route } from '../../../deps.ts';
import { callerOf } from '../../../plugins/auth.ts';
import { collection } from '../collection.ts';
import { toProject } from '../projects/project-body.ts';

/** What the caller may use: the catalog, projects, domains and the system. */
export const showOwnAccess: Route = (app, deps) => {
  app.get('/v3/auth/catalog', async (request) => {
    if (callerOf(request).roles.length === 0) throw new CloudError('forbidden', 'The token is scoped to nothing, so it has no catalog: sign in with a project.');
    const { links } = collection(deps, request, 'catalog', []);
    return { catalog: catalog(baseUrl(deps, request)), links };
  });
  app.get('/v3/auth/projects', async (request) => {
    const projects = await listProjects(deps.cloud, { userId: callerOf(request).userId });
    return collection(deps, request, 'projects', projects.map((project) => toProject(deps, request, project)));
  });
  // Roles are held on projects and the system, never on the domain.
  app.get('/v3/auth/domains', async (request) => collection(deps, request, 'domains', []));
  app.get('/v3/auth/system', async (request) => {
    const roles = await listAssignments(deps.cloud, { userId: callerOf(request).userId, target: 'system' });
    return collection(deps, request, 'system', roles.length > 0 ? [{ all: true }] : []);
  });
};
