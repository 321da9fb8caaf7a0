import { isIP } from 'node:net';
import { updateInstance } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { linksFor } from '../links.ts';
import { updateServerBody } from './server-schemas.ts';
import { toServer } from './server-view.ts';

type Body = { server: { name?: string; description?: string | null; accessIPv4?: string; accessIPv6?: string } };

/** PUT /servers/{id}: what describes a server; answers the short form below 2.75. */
export const updateServer: Route = (app, deps) => {
  app.put<{ Params: { id: string }; Body: Body }>('/servers/:id', { config: { body: updateServerBody } }, async (request) => {
    const auth = projectCallerOf(request);
    const { name, description, accessIPv4, accessIPv6 } = request.body.server;
    const instance = await updateInstance(deps.cloud, auth, {
      id: request.params.id,
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(accessIPv4 !== undefined && { accessIpV4: accessIPv4 }),
      ...(accessIPv6 !== undefined && { accessIpV6: compressIp(accessIPv6) }),
    });
    return { server: toServer(instance, { version: request.microversion, isAdmin: auth.isAdmin, links: linksFor(deps, request), in: 'update' }) };
  });
};

/** An IPv6 address in its shortest form, in which Nova shows it. */
export function compressIp(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
