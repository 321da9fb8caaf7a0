import { catalog, defaultDomain, region } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import { baseUrl, type App, type Deps, type Route } from '../../../deps.ts';
import { collection, linkTo } from '../collection.ts';

type Resource = { id: string } & Record<string, unknown>;

/** What the cloud is made of and nobody changes: its domain, region, services and their endpoints. */
export const showCatalog: Route = (app, deps) => {
  const services = (request: FastifyRequest) => catalog(baseUrl(deps, request));
  resources(app, deps, { path: 'regions', noun: 'region', all: () => [{ ...region, parent_region_id: null }] });
  resources(app, deps, {
    path: 'domains', noun: 'domain', listPolicy: 'identity:list_domains', all: () => [{ ...defaultDomain, enabled: true, tags: [], options: {} }],
  });
  resources(app, deps, {
    path: 'services', noun: 'service', listPolicy: 'identity:list_services', showPolicy: 'identity:get_service',
    all: (request) => services(request).map(({ id, name, type }) => ({ id, name, type, enabled: true })),
  });
  resources(app, deps, {
    path: 'endpoints', noun: 'endpoint', listPolicy: 'identity:list_endpoints', showPolicy: 'identity:get_endpoint',
    all: (request) => services(request).flatMap(({ id, endpoints }) => endpoints.map((endpoint) => ({ ...endpoint, service_id: id, enabled: true }))),
  });
};

type Kind = { path: string; noun: string; listPolicy?: string; showPolicy?: string; all: (request: FastifyRequest) => Resource[] };

/** The list of a resource and each one by its id, for administrators only where a policy is named. */
function resources(app: App, deps: Deps, { path, noun, listPolicy, showPolicy, all }: Kind): void {
  const withLinks = (request: FastifyRequest) => all(request).map((resource) => ({ ...resource, links: linkTo(deps, request, `${path}/${resource.id}`) }));
  app.get(`/v3/${path}`, { config: { adminPolicy: listPolicy } }, async (request) => collection(deps, request, path, withLinks(request)));
  app.get<{ Params: { id: string } }>(`/v3/${path}/:id`, { config: { adminPolicy: showPolicy } }, async (request) => {
    const found = withLinks(request).find(({ id }) => id === request.params.id);
    if (found === undefined) throw new CloudError('notFound', `Could not find ${noun}: ${request.params.id}.`);
    return { [noun]: found };
  });
}
