import { defaultDomain, type ProjectChange } from '@novadock/cloud';
import type { Project } from '@novadock/store';
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Deps } from '../../../deps.ts';
import { linkTo } from '../collection.ts';

/** What is not there (domains, projects within projects, tags, options) may be named as far as it says nothing. */
export const projectProperties = {
  description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  enabled: Type.Optional(Type.Boolean()),
  domain_id: Type.Optional(Type.Union([Type.Literal(defaultDomain.id), Type.Null()])),
  parent_id: Type.Optional(Type.Union([Type.Literal(defaultDomain.id), Type.Null()])),
  is_domain: Type.Optional(Type.Literal(false)),
  tags: Type.Optional(Type.Array(Type.String(), { maxItems: 0 })),
  options: Type.Optional(Type.Object({}, { additionalProperties: false })),
};

export const projectName = Type.String({ minLength: 1, maxLength: 64, pattern: '\\S' });

export const projectChange = Type.Object({ ...projectProperties, name: Type.Optional(projectName) }, { additionalProperties: false });

export function fromProject({ name, description, enabled }: Static<typeof projectChange>): ProjectChange {
  return { name, enabled, ...(description === undefined ? {} : { description: description ?? '' }) };
}

export function toProject(deps: Deps, request: FastifyRequest, { id, name, domainId, description, enabled }: Project) {
  return {
    id, name, domain_id: domainId, description, enabled, parent_id: domainId, is_domain: false, tags: [], options: {}, links: linkTo(deps, request, `projects/${id}`),
  };
}
