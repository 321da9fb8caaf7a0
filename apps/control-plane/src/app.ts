import Fastify, { LogController } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger } from 'fastify';
import type { App, Deps } from './deps.ts';
import { bodyParsers } from './plugins/body-parsers.ts';
import { newRequestId, requestId } from './plugins/request-id.ts';
import { compute } from './routes/compute/index.ts';
import { identity } from './routes/identity/index.ts';
import { image } from './routes/image/index.ts';
import { network } from './routes/network/index.ts';
import { v1 } from './routes/v1/index.ts';

/** The whole HTTP side, ready to listen or to be injected into. */
export function buildApp(deps: Deps, options: { logger?: FastifyBaseLogger } = {}): App {
  const app = Fastify({
    genReqId: newRequestId,
    ...(options.logger === undefined ? {} : { loggerInstance: options.logger }),
    logController: new LogController({ disableRequestLogging: true }),
    // A query key may come more than once; each route says what it makes of that.
    routerOptions: { maxParamLength: 512 },
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  app.register(requestId);
  app.register(bodyParsers);
  app.register(identity, { ...deps, prefix: '/identity' });
  app.register(compute, { ...deps, prefix: '/compute' });
  app.register(image, { ...deps, prefix: '/image' });
  app.register(network, { ...deps, prefix: '/network' });
  app.register(v1, { ...deps });
  return app;
}
