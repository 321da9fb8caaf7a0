import fp from 'fastify-plugin';
import type { Metrics } from '../metrics.ts';

/** Measures requests by the route that answered them. */
export const requestMetrics = fp(async (app, { metrics }: { metrics: Metrics }) => {
  app.addHook('onResponse', async (request, reply) => {
    // What no route has is one route, or whoever asks could make labels without end.
    metrics.observeRequest({ method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
  });
});
