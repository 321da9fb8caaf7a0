import { createApplicationCredential as create } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { assertSelf } from '../assert-self.ts';
import { toCredential } from './credential-body.ts';

const text = Type.Optional(Type.String());
const nullableText = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** Credentials are never unrestricted, and hold on all paths: access rules are not there. */
const body = Type.Object({
  application_credential: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 255 }),
      description: nullableText,
      secret: nullableText,
      expires_at: nullableText,
      roles: Type.Optional(Type.Array(Type.Object({ id: text, name: text }))),
      unrestricted: Type.Optional(Type.Union([Type.Literal(false), Type.Null()])),
    },
    { additionalProperties: false },
  ),
});

export const createApplicationCredential: Route = (app, deps) => {
  app.post('/v3/users/:userId/application_credentials', { schema: { params: Type.Object({ userId: Type.String() }), body } }, async (request, reply) => {
    assertSelf(request, request.params.userId, 'identity:create_application_credential');
    const { secret, expires_at: expiresAt, name, description, roles } = request.body.application_credential;
    const created = await create(deps.cloud, projectCallerOf(request), { name, description, roles, secret: secret ?? undefined, expiresAt: toDate(expiresAt) });
    reply.code(201);
    return { application_credential: { ...toCredential(deps, request, created.credential, created.roles), secret: created.secret } };
  });
};

/** Times without a zone are in UTC. */
function toDate(text: string | null | undefined): Date | undefined {
  if (text === null || text === undefined) return undefined;
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(date.getTime()) || date.getTime() <= Date.now()) throw new CloudError('invalid', 'expires_at has to be a time in the future, like 2030-01-31T12:00:00.');
  return date;
}
