import { createInstances, type InstanceView, type ProjectAuth } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { Type, type Static } from 'typebox';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { claimIdOf, operationIdOf } from '../../../plugins/idempotency.ts';
import { findFlavor } from '../catalog/find-flavor.ts';
import { findNetwork } from '../catalog/find-network.ts';
import { findImage } from '../images/find-image.ts';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1, V1Route } from '../v1-route.ts';
import { instanceSchema, toInstance } from './instance-schema.ts';
import { reachStatus } from './reach-status.ts';
import { timeoutMsOf, waitSchema } from './wait-schema.ts';
import { toCommandLine } from './command-line.ts';

export const newInstanceSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    image: Type.String({ description: 'Its id, or its name when only one has it.' }),
    flavor: Type.String({ description: 'Its id or name.' }),
    networks: Type.Optional(Type.Array(Type.String(), { description: 'Their ids or names, an interface each; without it the only network there is.' })),
    key: Type.Optional(Type.String({ description: 'The keypair whose public key may log in.' })),
    command: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())], { description: "Instead of the image's own: a line as for a shell, or its words." })),
    metadata: Type.Optional(Type.Record(Type.String({ minLength: 1, maxLength: 255 }), Type.String({ maxLength: 255 }))),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60, pattern: '^[^/,]*$' }), { maxItems: 50 })),
    description: Type.Optional(Type.String({ maxLength: 255 })),
    userData: Type.Optional(Type.String({ maxLength: 65_535, description: 'base64' })),
    host: Type.Optional(Type.String({ description: 'Only this host; for administrators.' })),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'So many, named NAME-1, NAME-2, …' })),
  },
  { additionalProperties: false },
);
type Body = Static<typeof newInstanceSchema>;

const reply = Type.Object({ instances: Type.Array(refTo(instanceSchema)) });

export const createInstance: V1Route = (app, v1) => {
  const schema = {
    summary: 'Boot instances',
    description: 'Answers 202 once they are accepted; with `wait=active` 201 when they run, 202 when the time was over, and a problem when one of them failed.',
    tags: ['instances'],
    querystring: waitSchema('active'),
    body: newInstanceSchema,
    response: { 201: reply, 202: reply, ...problems },
  };
  app.post('/instances', { schema }, async (request, answer) => {
    const auth = projectCallerOf(request);
    const requestId = operationIdOf(request);
    const claimId = claimIdOf(request);
    const boot = { ...(await toBoot(v1, auth, request.body)), requestId, ...(claimId === undefined ? {} : { reservationId: `r-${claimId}` }) };
    const { instances } = await createInstances(v1.cloud, auth, boot);
    if (request.query.wait === undefined) return answer.code(202).send({ instances: instances.map(toInstance) });
    const wait = { requestId, status: request.query.wait, timeoutMs: timeoutMsOf(request.query) };
    const outcomes = await Promise.all(instances.map(({ id }: InstanceView) => reachStatus(v1, auth, { id, ...wait })));
    return answer.code(outcomes.every(({ reached }) => reached) ? 201 : 202).send({ instances: outcomes.map(({ instance }) => toInstance(instance)) });
  });
};

/** The request in ids. */
async function toBoot({ cloud }: V1, auth: ProjectAuth, body: Body) {
  if (body.host !== undefined && !auth.isAdmin) throw new CloudError('forbidden', 'Only administrators choose the host of an instance: leave `host` out.', { reason: 'adminOnly' });
  const { name, description, userData, tags } = body;
  const [image, flavor, networks] = await Promise.all([
    findImage(cloud, auth, body.image),
    findFlavor(cloud, auth, body.flavor),
    Promise.all((body.networks ?? []).map((network) => findNetwork(cloud, auth, network))),
  ]);
  const metadata = { ...body.metadata, ...(body.command === undefined ? {} : { os_command_line: toCommandLine(body.command) }) };
  const count = body.count ?? 1;
  return {
    name, description, userData, tags, metadata, imageId: image.id, flavorId: flavor.id, keyName: body.key, hostName: body.host, minCount: count, maxCount: count,
    networks: toNetworks(body, networks.map(({ id }) => id)),
  };
}

function toNetworks({ networks }: Body, ids: string[]): 'auto' | 'none' | { networkId: string }[] {
  if (networks === undefined) return 'auto';
  return ids.length === 0 ? 'none' : ids.map((networkId) => ({ networkId }));
}
