import { isBuiltIn } from '@novadock/cloud';
import type { Role } from '@novadock/store';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Deps } from '../../../deps.ts';
import { linkTo } from '../collection.ts';

/** What is not there (domains, options) may be named as far as it says nothing. */
export const roleProperties = {
  description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  domain_id: Type.Optional(Type.Null()),
  options: Type.Optional(Type.Object({}, { additionalProperties: false })),
};

export const roleName = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });

export function toRole(deps: Deps, request: FastifyRequest, { id, name, description }: Role) {
  return { id, name, domain_id: null, description, options: isBuiltIn(name) ? { immutable: true } : {}, links: linkTo(deps, request, `roles/${id}`) };
}
