import { issueToken as issue } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { signInSchema, toSignIn } from './to-sign-in.ts';
import { tokenBody } from './token-body.ts';

export const issueToken: Route = (app, deps) => {
  app.post('/v3/auth/tokens', { config: { public: true }, schema: { body: signInSchema } }, async (request, reply) => {
    const { token, view } = await issue(deps.cloud, toSignIn(request.body));
    reply.code(201).header('x-subject-token', token);
    return tokenBody(deps, request, view);
  });
};
