import { listHosts, validateToken } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { rolloutTotals } from '@novadock/store';
import type { FastifyRequest } from 'fastify';
import type { App, Deps } from '../../../deps.ts';
import { errors } from '../../../plugins/errors.ts';
import { isLoopbackPeer } from '../../../tls/is-loopback-peer.ts';
import { problem } from '../problem.ts';

/** GET /metrics, for Prometheus: to this machine, and to administrators with a token. */
export function getMetrics(app: App, deps: Deps): void {
  app.register(async (scope) => {
    await scope.register(errors, { envelope: problem });
    scope.get('/metrics', async (request, reply) => {
      await assertMayRead(deps, request);
      const { metrics } = deps;
      const [hosts, totals] = await Promise.all([listHosts(deps.cloud), rolloutTotals(deps.cloud.store)]);
      metrics.setHosts(hosts);
      metrics.setRollouts(totals);
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    });
  });
}

async function assertMayRead({ cloud }: Deps, request: FastifyRequest): Promise<void> {
  const { headers, socket } = request;
  // What a proxy on this machine passes on comes from elsewhere.
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  if (!isForwarded && isLoopbackPeer(socket.remoteAddress)) return;
  const token = headers['x-auth-token'] ?? /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (typeof token !== 'string') throw new CloudError('unauthenticated', 'Metrics are told on this machine only, or with the token of an administrator.');
  if (!(await validateToken(cloud, token)).isAdmin) throw new CloudError('forbidden', 'Metrics are for administrators.', { reason: 'adminOnly' });
}
