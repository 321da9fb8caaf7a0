import type { ListQuery } from '@novadock/store';
import type { App, Deps } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { pageLinks } from './page-links.ts';
import { pickFields, readPage, readQuery, type RawQuery } from './read-query.ts';
import type { Resource } from './resource.ts';

export function listResources<Row extends { id: string }, Key extends string, Query extends ListQuery<Key>>(app: App, deps: Deps, resource: Resource<Row, Key, Query>): void {
  const { collection, attributes, toQuery } = resource;
  app.get<{ Querystring: RawQuery }>(`/v2.0/${collection}`, async (request) => {
    const auth = callerOf(request);
    const query = readQuery(attributes, request.query, (name, values) => toQuery?.(name, values)) as Query;
    const rows = await resource.list(deps.cloud, auth, query);
    const links = pageLinks(deps, request, { collection, page: readPage(request.query), ids: rows.map(({ id }) => id) });
    return { [collection]: rows.map((row) => pickFields(request.query, resource.toBody(row, auth))), ...links };
  });
}
