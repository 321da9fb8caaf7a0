import { randomInt } from 'node:crypto';
import { createInstances } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { linksFor } from '../links.ts';
import { toBoolean } from '../parameters.ts';
import { toCreateInstances, type BootBody } from './boot-request.ts';
import { createServerBody } from './server-schemas.ts';

/** POST /servers: accepts a boot, of one server or of several. */
export const createServer: Route = (app, deps) => {
  app.post<{ Body: BootBody }>('/servers', { config: { body: createServerBody } }, async (request, reply) => {
    const auth = projectCallerOf(request);
    const { server } = request.body;
    const boot = toCreateInstances(request.body, { auth, version: request.microversion, requestId: request.id });
    const { instances, reservationId } = await createInstances(deps.cloud, auth, boot);
    reply.code(202);
    if (toBoolean(server.return_reservation_id) === true) return { reservation_id: reservationId };
    const [first] = instances;
    const links = linksFor(deps, request);
    const path = `servers/${first?.id}`;
    reply.header('location', links.href(path));
    return {
      server: {
        id: first?.id,
        links: links.of(path),
        'OS-DCF:diskConfig': 'MANUAL',
        security_groups: server.security_groups ?? [{ name: 'default' }],
        adminPass: server.adminPass ?? randomPassword(),
      },
    };
  });
};

/** Clients expect a password; nothing takes it, for containers have no administrator to sign in. */
function randomPassword(): string {
  const chars = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  return Array.from({ length: 12 }, () => chars[randomInt(chars.length)]).join('');
}
