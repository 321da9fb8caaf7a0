import { createKeypair as create } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import type { SchemaOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';
import { toCreatedKeypair } from './keypair-view.ts';

type Body = { keypair: { name: string; type?: 'ssh' | 'x509'; public_key?: string; user_id?: string } };

const createKeypairBody: SchemaOf = (version) =>
  is.wrapped(
    'keypair',
    is.object(
      {
        name: is.keypairName,
        ...(version >= 2 && { type: { type: 'string', enum: ['ssh', 'x509'] } }),
        public_key: is.text,
        ...(version >= 10 && { user_id: is.text }),
      },
      ['name'],
    ),
  );

/** POST /os-keypairs: keeps a public key, or makes a pair and answers the private one. */
export const createKeypair: Route = (app, deps) => {
  app.post<{ Body: Body }>('/os-keypairs', { config: { body: createKeypairBody } }, async (request, reply) => {
    const { name, type = 'ssh', public_key: publicKey, user_id: userId } = request.body.keypair;
    if (type !== 'ssh') throw new CloudError('invalid', 'Keypair data is invalid: keys of type x509 are not supported, for no container takes one.');
    const keypair = await create(deps.cloud, projectCallerOf(request), { name: name.trim(), publicKey, userId });
    reply.code(request.microversion >= 2 ? 201 : 200);
    return toCreatedKeypair(keypair, request.microversion);
  });
};
