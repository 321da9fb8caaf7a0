import { CloudError } from '@novadock/model';
import type { App } from '../../deps.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Answers 405 with the methods that there are, on each path of the routes that `register` adds. */
export async function refuseOtherMethods(app: App, register: () => Promise<void>): Promise<void> {
  const allowed = new Map<string, string[]>();
  let listening = true;
  app.addHook('onRoute', ({ url, method }) => {
    // The root of the service has a route with the slash and one without it; Fastify tells of one of them.
    const path = url === `${app.prefix}/` ? app.prefix : url;
    if (listening) allowed.set(path, [...(allowed.get(path) ?? []), ...[method].flat()]);
  });
  await register();
  listening = false;
  for (const [url, known] of allowed) {
    const others = methods.filter((method) => !known.includes(method));
    app.route({
      method: others,
      url: url.slice(app.prefix.length) || '/',
      // Before the body is read, whatever it is.
      onRequest: async (_request, reply) => {
        reply.header('allow', known.filter((method) => method !== 'HEAD').join(', '));
        throw new CloudError('invalid', 'Method not allowed', { reason: 'methodNotAllowed' });
      },
      handler: async () => {},
    });
  }
}
