import Fastify from 'fastify';
import { bodyParsers } from '../../plugins/body-parsers.ts';
import { newRequestId, requestId } from '../../plugins/request-id.ts';
import { identity } from '../identity/index.ts';
import { network } from './index.ts';
import type { App, Deps } from '../../deps.ts';
export function buildApp(deps: Deps): App {
  const app = Fastify({ genReqId: newRequestId, disableRequestLogging: true, routerOptions: { maxParamLength: 512 }, forceCloseConnections: true }) as unknown as App;
  app.register(requestId);
  app.register(bodyParsers);
  app.register(identity, { ...deps, prefix: '/identity' });
  app.register(network, { ...deps, prefix: '/network' });
  return app;
}
