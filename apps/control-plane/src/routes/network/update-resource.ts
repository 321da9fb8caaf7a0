import type { ListQuery } from '@novadock/store';
import type { App, Deps } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { readUpdate } from './read-body.ts';
import type { Resource } from './resource.ts';

export function updateResource<Row, Key extends string, Query extends ListQuery<Key>>(app: App, deps: Deps, resource: Resource<Row, Key, Query>): void {
  app.put<{ Params: { id: string } }>(`/v2.0/${resource.collection}/:id`, async (request) => {
    const auth = callerOf(request);
    const row = await resource.update(deps.cloud, auth, request.params.id, readUpdate(resource, request.body, auth));
    return { [resource.member]: resource.toBody(row, auth) };
  });
}
