import Fastify from 'fastify';
import type { Deps, App } from '../../apps/control-plane/src/deps.ts';
import { bodyParsers } from '../../apps/control-plane/src/plugins/body-parsers.ts';
import { newRequestId, requestId } from '../../apps/control-plane/src/plugins/request-id.ts';
import { v1 } from '../../apps/control-plane/src/routes/v1/index.ts';
export function buildApp(deps: Deps): App {
  const app = Fastify({ genReqId: newRequestId, forceCloseConnections: true, routerOptions: { maxParamLength: 512 }, logger: process.env.LOG ? true : false }) as unknown as App;
  app.register(requestId); app.register(bodyParsers); app.register(v1, { ...deps });
  return app;
}
