import { getInstance, updateInstance, type InstanceView } from '@novadock/cloud';
import { CloudError, serverStatus } from '@novadock/model';
import type { FastifyRequest } from 'fastify';
import type { Deps, Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { findFlaw } from '../../../plugins/validation-check.ts';
import { linksFor } from '../links.ts';
import * as is from '../parameters.ts';

type OfServer = { Params: { id: string } };
type OfTag = { Params: { id: string; tag: string } };

const tagsBody = () => is.wrapped('tags', { type: 'array', items: is.tag, maxItems: is.maxTags });

/** /servers/{id}/tags, since 2.26: all of them (GET, PUT, DELETE) and each (GET, PUT, DELETE). */
export const serverTags: Route = (app, deps) => {
  const config = { since: 26 };
  app.get<OfServer>('/servers/:id/tags', { config }, async (request) => ({ tags: (await find(deps, request)).tags }));

  app.put<OfServer & { Body: { tags: string[] } }>('/servers/:id/tags', { config: { ...config, body: tagsBody } }, async (request) => ({
    tags: await change(deps, request, { verb: 'update tags', toTags: () => [...new Set(request.body.tags)] }),
  }));

  app.delete<OfServer>('/servers/:id/tags', { config }, async (request, reply) => {
    await change(deps, request, { verb: 'delete tags', toTags: () => [] });
    return reply.code(204).send();
  });

  app.get<OfTag>('/servers/:id/tags/:tag', { config }, async (request, reply) => {
    const { id, tag } = request.params;
    if (!(await find(deps, request)).tags.includes(tag)) throw noTag(id, tag);
    return reply.code(204).send();
  });

  app.put<OfTag>('/servers/:id/tags/:tag', { config }, async (request, reply) => {
    const { id, tag } = request.params;
    let known = false;
    await change(deps, request, {
      verb: 'update tag',
      toTags: (tags) => {
        known = tags.includes(tag);
        return known ? tags : withTag(tags, tag);
      },
    });
    if (known) return reply.code(204).send();
    return reply.code(201).header('location', linksFor(deps, request).href(`servers/${id}/tags/${tag}`)).send();
  });

  app.delete<OfTag>('/servers/:id/tags/:tag', { config }, async (request, reply) => {
    const { id, tag } = request.params;
    await change(deps, request, {
      verb: 'delete tag',
      toTags: (tags) => {
        if (!tags.includes(tag)) throw noTag(id, tag);
        return tags.filter((other) => other !== tag);
      },
    });
    return reply.code(204).send();
  });
};

function find(deps: Deps, request: FastifyRequest): Promise<InstanceView> {
  return getInstance(deps.cloud, projectCallerOf(request), (request.params as { id: string }).id);
}

/** Changes the tags of a server that is up and well, as Nova asks for. Throws `conflict` for any other. */
async function change(deps: Deps, request: FastifyRequest, { verb, toTags }: { verb: string; toTags: (tags: string[]) => string[] }): Promise<string[]> {
  const instance = await find(deps, request);
  const { vmState } = serverStatus(instance);
  if (!['active', 'paused', 'stopped'].includes(vmState)) {
    throw new CloudError('conflict', `Cannot '${verb}' instance ${instance.id} while it is in vm_state ${vmState}`);
  }
  return (await updateInstance(deps.cloud, projectCallerOf(request), { id: instance.id, tags: toTags(instance.tags) })).tags;
}

function withTag(tags: string[], tag: string): string[] {
  const flaw = findFlaw(is.tag, tag);
  if (flaw !== undefined) {
    throw new CloudError('invalid', `Tag '${tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: ${flaw.message}`);
  }
  if (tags.length >= is.maxTags) throw new CloudError('invalid', `The number of tags exceeded the per-server limit ${is.maxTags}`);
  return [...tags, tag];
}

function noTag(id: string, tag: string): CloudError {
  return new CloudError('notFound', `Server ${id} has no tag '${tag}'`);
}
