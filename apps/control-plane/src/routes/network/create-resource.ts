import type { ListQuery } from '@novadock/store';
import type { App, Deps } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { readCreate } from './read-body.ts';
import type { Resource } from './resource.ts';

export function createResource<Row, Key extends string, Query extends ListQuery<Key>>(app: App, deps: Deps, resource: Resource<Row, Key, Query>): void {
  app.post(`/v2.0/${resource.collection}`, async (request, reply) => {
    const auth = callerOf(request);
    const { requests, several } = readCreate(resource, request.body, auth);
    const bodies = (await resource.create(deps.cloud, auth, requests)).map((row) => resource.toBody(row, auth));
    reply.code(201);
    return several ? { [resource.collection]: bodies } : { [resource.member]: bodies[0] };
  });
}
