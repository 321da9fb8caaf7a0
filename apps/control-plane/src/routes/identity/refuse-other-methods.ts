import type { App } from '../../deps.ts';

const answered = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Answers 405 for the methods that a path which `register` adds has no route for. */
export function refuseOtherMethods(app: App, register: () => void): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ routePath, method }) => {
    // The root is announced under two names.
    if (routePath.length > 1) methods.set(routePath, new Set([...(methods.get(routePath) ?? []), ...[method].flat()]));
  });
  register();
  for (const [url, allowed] of [...methods]) {
    const others = answered.filter((method) => !allowed.has(method));
    if (others.length === 0) continue;
    app.route({
      url,
      method: others,
      config: { public: true },
      handler: async (_request, reply) => {
        reply.code(405).header('allow', [...allowed, 'OPTIONS'].join(', '));
        return { message: 'The method is not allowed for the requested URL.' };
      },
    });
  }
}
