import { badAttribute } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { ListQuery } from '@novadock/store';
import type { App, Deps } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { list, text } from './readers.ts';
import type { Resource } from './resource.ts';

type OfResource = { Params: { id: string } };
type OfTag = { Params: { id: string; tag: string } };

const readTags = list(text(60), 50);

/** The tags of a resource, all at once and one by one. */
export function tagResource<Row extends { tags: string[] }, Key extends string, Query extends ListQuery<Key>>(app: App, { cloud }: Deps, resource: Resource<Row, Key, Query>): void {
  const path = `/v2.0/${resource.collection}/:id/tags`;
  app.get<OfResource>(path, async (request) => ({ tags: (await resource.get(cloud, callerOf(request), request.params.id)).tags }));
  app.put<OfResource>(path, async (request) => {
    const auth = callerOf(request);
    const { tags } = (request.body ?? {}) as { tags?: unknown };
    if (!Array.isArray(tags)) throw badAttribute('tags', 'a list is expected');
    const wanted = readTags(tags, { name: 'tags', auth }) as string[];
    return { tags: (await resource.update(cloud, auth, request.params.id, { tags: [...new Set(wanted)] })).tags };
  });
  app.delete<OfResource>(path, async (request, reply) => {
    await resource.update(cloud, callerOf(request), request.params.id, { tags: [] });
    reply.code(204);
  });
  app.get<OfTag>(`${path}/:tag`, async (request, reply) => {
    const { tags } = await resource.get(cloud, callerOf(request), request.params.id);
    assertTagged(tags, request.params.tag);
    reply.code(204);
  });
  app.put<OfTag>(`${path}/:tag`, async (request, reply) => {
    const auth = callerOf(request);
    const { id, tag } = request.params;
    const { tags } = await resource.get(cloud, auth, id);
    await resource.update(cloud, auth, id, { tags: [...new Set([...tags, ...(readTags([tag], { name: 'tags', auth }) as string[])])] });
    reply.code(201);
  });
  app.delete<OfTag>(`${path}/:tag`, async (request, reply) => {
    const auth = callerOf(request);
    const { id, tag } = request.params;
    const { tags } = await resource.get(cloud, auth, id);
    assertTagged(tags, tag);
    await resource.update(cloud, auth, id, { tags: tags.filter((one) => one !== tag) });
    reply.code(204);
  });
}

function assertTagged(tags: string[], tag: string): void {
  if (!tags.includes(tag)) throw new CloudError('notFound', `Tag ${tag} could not be found.`, { reason: 'TagNotFound' });
}
