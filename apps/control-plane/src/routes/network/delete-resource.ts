import type { ListQuery } from '@novadock/store';
import type { App, Deps } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import type { Resource } from './resource.ts';

export function deleteResource<Row, Key extends string, Query extends ListQuery<Key>>(app: App, deps: Deps, resource: Resource<Row, Key, Query>): void {
  app.delete<{ Params: { id: string } }>(`/v2.0/${resource.collection}/:id`, async (request, reply) => {
    await resource.remove(deps.cloud, callerOf(request), request.params.id);
    reply.code(204);
  });
}
