import { defaultDomain, type UserChange } from '@novadock/cloud';
import type { User } from '@novadock/store';
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Deps } from '../../../deps.ts';
import { linkTo } from '../collection.ts';

const optionalText = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** What is not there (domains, options) may be named as far as it says nothing. */
export const userProperties = {
  password: optionalText,
  email: optionalText,
  description: optionalText,
  default_project_id: optionalText,
  enabled: Type.Optional(Type.Boolean()),
  domain_id: Type.Optional(Type.Union([Type.Literal(defaultDomain.id), Type.Null()])),
  options: Type.Optional(Type.Object({}, { additionalProperties: false })),
};

export const userName = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });

export const userChange = Type.Object({ ...userProperties, name: Type.Optional(userName) }, { additionalProperties: false });

export function fromUser({ name, password, email, description, enabled, default_project_id: defaultProjectId }: Static<typeof userChange>): UserChange {
  return { name, password, email, enabled, defaultProjectId, ...(description === undefined ? {} : { description: description ?? '' }) };
}

export function toUser(deps: Deps, request: FastifyRequest, { id, name, domainId, enabled, email, description, defaultProjectId }: User) {
  return {
    id,
    name,
    domain_id: domainId,
    enabled,
    password_expires_at: null,
    options: {},
    ...(defaultProjectId === null ? {} : { default_project_id: defaultProjectId }),
    ...(email === null ? {} : { email }),
    ...(description === '' ? {} : { description }),
    links: linkTo(deps, request, `users/${id}`),
  };
}
