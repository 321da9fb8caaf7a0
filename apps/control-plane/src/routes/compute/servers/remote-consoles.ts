import { getInstance } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import type { SchemaOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';

const remoteConsoleBody: SchemaOf = (version) => {
  const protocol = ['vnc', 'spice', 'rdp', 'serial', ...(version >= 8 ? ['mks'] : [])];
  const type = ['novnc', 'xvpvnc', 'rdp-html5', 'spice-html5', 'serial', ...(version >= 8 ? ['webmks'] : [])];
  return is.wrapped('remote_console', is.object({ protocol: { type: 'string', enum: protocol }, type: { type: 'string', enum: type } }, ['protocol', 'type']));
};

/** POST /servers/{id}/remote-consoles, since 2.6: a container has no screen, so there is none of any type. */
export const createRemoteConsole: Route = (app, deps) => {
  app.post<{ Params: { id: string }; Body: { remote_console: { type: string } } }>('/servers/:id/remote-consoles', { config: { since: 6, body: remoteConsoleBody } }, async (request) => {
    await getInstance(deps.cloud, projectCallerOf(request), request.params.id);
    throw new CloudError('invalid', `Unavailable console type ${request.body.remote_console.type}.`);
  });
};
