import type { ListQuery } from '@novadock/store';
import type { App, Deps } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { pickFields, type RawQuery } from './read-query.ts';
import type { Resource } from './resource.ts';

export function showResource<Row, Key extends string, Query extends ListQuery<Key>>(app: App, deps: Deps, resource: Resource<Row, Key, Query>): void {
  app.get<{ Params: { id: string }; Querystring: RawQuery }>(`/v2.0/${resource.collection}/:id`, async (request) => {
    const auth = callerOf(request);
    const row = await resource.get(deps.cloud, auth, request.params.id);
    return { [resource.member]: pickFields(request.query, resource.toBody(row, auth)) };
  });
}
