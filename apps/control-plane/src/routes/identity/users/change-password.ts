import { changePassword as change } from '@novadock/cloud';
import { Type } from 'typebox';
import type { Route } from '../../../deps.ts';
import { assertSelf } from '../assert-self.ts';

const body = Type.Object({ user: Type.Object({ original_password: Type.String(), password: Type.String() }) });

export const changePassword: Route = (app, deps) => {
  app.post('/v3/users/:id/password', { schema: { params: Type.Object({ id: Type.String() }), body } }, async (request, reply) => {
    const { id } = request.params;
    const { original_password: originalPassword, password } = request.body.user;
    assertSelf(request, id, 'identity:change_password');
    await change(deps.cloud, id, { originalPassword, password });
    reply.code(204);
  });
};
