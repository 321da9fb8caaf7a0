import type { Proof, Scope, SignIn } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { Type, type Static } from 'typebox';

/** The ways to sign in. */
export const methods = ['password', 'token', 'application_credential'];

const text = Type.Optional(Type.String());
const domain = Type.Optional(Type.Object({ id: text, name: text }));
const user = { id: text, name: text, domain };

export const signInSchema = Type.Object({
  auth: Type.Object({
    identity: Type.Object({
      methods: Type.Array(Type.String(), { minItems: 1 }),
      password: Type.Optional(Type.Object({ user: Type.Object({ ...user, password: Type.String() }) })),
      token: Type.Optional(Type.Object({ id: Type.String() })),
      application_credential: Type.Optional(Type.Object({ id: text, name: text, user: Type.Optional(Type.Object(user)), secret: Type.String() })),
    }),
    scope: Type.Optional(
      Type.Union([
        Type.Literal('unscoped'),
        Type.Object(
          {
            project: Type.Optional(Type.Object(user)),
            domain,
            system: Type.Optional(Type.Object({ all: Type.Literal(true) })),
            unscoped: Type.Optional(Type.Object({})),
          },
          { additionalProperties: false },
        ),
      ]),
    ),
  }),
});

type Body = Static<typeof signInSchema>;

/** What a request for a token asks for. Throws `unauthenticated` for a method that is not there, `invalid` when it comes without its proof. */
export function toSignIn({ auth: { identity, scope } }: Body): SignIn {
  const [method] = identity.methods;
  if (identity.methods.length > 1 || method === undefined || !methods.includes(method)) {
    throw new CloudError('unauthenticated', 'Attempted to authenticate with an unsupported method.', { reason: 'unsupportedMethod' });
  }
  return { proof: toProof(identity, method), scope: toScope(scope) };
}

function toProof({ password, token, application_credential: credential }: Body['auth']['identity'], method: string): Proof {
  if (method === 'password' && password !== undefined) return { method, user: password.user, password: password.user.password };
  if (method === 'token' && token !== undefined) return { method, token: token.id };
  if (method === 'application_credential' && credential !== undefined) return { method, ...credential };
  throw new CloudError('invalid', `Expecting to find ${method} in identity.`);
}

function toScope(scope: Body['auth']['scope']): Scope {
  if (scope === undefined) return 'default';
  if (scope === 'unscoped' || scope.unscoped !== undefined) return 'none';
  if (scope.system !== undefined) return 'system';
  return scope.project === undefined ? 'domain' : { project: scope.project };
}
