import { baseUrl, type Route } from '../../deps.ts';

const resources = { network: 'networks', subnet: 'subnets', port: 'ports' };

export const getVersions: Route = (app, deps) => {
  app.get('/', { config: { public: true } }, async (request) => ({
    versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${baseUrl(deps, request)}/network/v2.0/` }] }],
  }));
  for (const path of ['/v2.0', '/v2.0/']) {
    app.get(path, async (request) => ({
      resources: Object.entries(resources).map(([name, collection]) => ({ name, collection, links: [{ rel: 'self', href: `${baseUrl(deps, request)}/network/v2.0/${collection}` }] })),
    }));
  }
};
