import type { IncomingHttpHeaders } from 'node:http';
import { CloudError } from '@novadock/model';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** N of the compute microversion 2.N that this request speaks. */
    microversion: number;
  }
  interface FastifyContextConfig {
    /** N of the first microversion 2.N that has this route, and of the last. */
    since?: number;
    until?: number;
  }
}

export const oldestMicroversion = 1;
/** Of a real release (Victoria), and the highest at which the clients in use show all that there is to show. */
export const newestMicroversion = 87;

/** Speaks the microversion that a request asks for, and says so on every answer below the version's root, refusals too. */
export const microversion = fp(async (app) => {
  app.decorateRequest('microversion', oldestMicroversion);
  app.addHook('onRequest', async (request, reply) => {
    const { major, minor } = toVersion(request.headers);
    const asked = `${major}.${minor}`;
    reply.header('openstack-api-version', `compute ${asked}`);
    reply.header('x-openstack-nova-api-version', asked);
    reply.header('vary', ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version']);
    if (major !== 2 || minor < oldestMicroversion || minor > newestMicroversion) {
      const range = `Minimum is 2.${oldestMicroversion} and maximum is 2.${newestMicroversion}.`;
      throw new CloudError('invalid', `Version ${asked} is not supported by the API. ${range}`, { reason: 'notAcceptable' });
    }
    request.microversion = minor;
    const { since = oldestMicroversion, until = newestMicroversion } = request.routeOptions.config;
    if (minor < since || minor > until) throw new CloudError('notFound', 'The resource could not be found.');
  });
});

/** The version that the headers ask for: the oldest when they do not. Throws `invalid` when they cannot be read. */
export function toVersion(headers: IncomingHttpHeaders): { major: number; minor: number } {
  const asked = forCompute(headers['openstack-api-version']) ?? headers['x-openstack-nova-api-version'];
  if (asked === undefined) return { major: 2, minor: oldestMicroversion };
  const version = String(asked).trim();
  if (version === 'latest') return { major: 2, minor: newestMicroversion };
  const match = /^([1-9]\d*)\.(0|[1-9]\d*)$/.exec(version);
  if (match === null) throw new CloudError('invalid', `API Version String ${version} is of invalid format. Must be of format MajorNum.MinorNum.`);
  return { major: Number(match[1]), minor: Number(match[2]) };
}

/** `compute 2.60, identity 3.14` names a version for each service; others are none of ours. */
function forCompute(header: string | string[] | undefined): string | undefined {
  const entries = String(header ?? '').split(',').map((entry) => entry.trim().split(/\s+/));
  return entries.find(([service]) => service?.toLowerCase() === 'compute')?.[1];
}
