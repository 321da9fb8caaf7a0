import Fastify, { LogController } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger } from 'fastify';
import type { RequestListener } from 'node:http';
import type { App, Deps } from './deps.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { bodyParsers } from './plugins/body-parsers.ts';
import { newRequestId, requestId } from './plugins/request-id.ts';
import { requestMetrics } from './plugins/request-metrics.ts';
import { dashboard, dashboardFolder } from './routes/dashboard/index.ts';
import { compute } from './routes/compute/index.ts';
import { identity } from './routes/identity/index.ts';
import { image } from './routes/image/index.ts';
import { network } from './routes/network/index.ts';
import { v1 } from './routes/v1/index.ts';
import { createApiServer } from './tls/create-api-server.ts';
import type { ApiTls } from './tls/open-api-tls.ts';

/** The whole HTTP side, ready to listen or to be injected into. With `tls` it speaks that to everybody, and plain HTTP to this machine only. */
export function buildApp({ metrics = createMetrics(), ...rest }: Omit<Deps, 'metrics'> & { metrics?: Metrics }, { logger, tls }: { logger?: FastifyBaseLogger; tls?: ApiTls } = {}): App {
  const app = Fastify({
    genReqId: newRequestId,
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    ...(tls === undefined ? {} : { serverFactory: (handler: RequestListener, options: object) => createApiServer(tls, handler, options) }),
    logController: new LogController({ disableRequestLogging: true }),
    // A query key may come more than once; each route says what it makes of that.
    routerOptions: { maxParamLength: 512 },
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  const deps: Deps = { ...rest, metrics };
  app.register(requestId);
  app.register(requestMetrics, { metrics });
  app.register(bodyParsers);
  app.register(identity, { ...deps, prefix: '/identity' });
  app.register(compute, { ...deps, prefix: '/compute' });
  app.register(image, { ...deps, prefix: '/image' });
  app.register(network, { ...deps, prefix: '/network' });
  app.register(v1, { ...deps });
  app.register(dashboard(dashboardFolder));
  return app;
}
