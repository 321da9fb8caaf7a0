import { enrolHost as enrol } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';

const bodySchema = Type.Object(
  {
    token: Type.String({ description: 'A join token.' }),
    request: Type.String({ description: "The host's certificate request: PKCS#10, PEM. Its key stays on the host." }),
    name: Type.String({ minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
    address: Type.String({ maxLength: 261, pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?):[0-9]{1,5}$', description: 'Where its agent answers: host:port.' }),
    machineId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Names the machine: machine-id(5), hashed. A machine is one host.' })),
  },
  { additionalProperties: false },
);

const reply = Type.Object({
  hostId: Type.String({ format: 'uuid' }),
  cloudId: Type.String(),
  certificate: Type.String({ description: "The host's own, PEM." }),
  authority: Type.String({ description: "The cloud's, PEM: its fingerprint is in the token." }),
});

export const enrolHost: V1Route = (app, { cloud }) => {
  const schema = { summary: 'Join as a host; for agents', tags: ['hosts'], security: [], body: bodySchema, response: { 201: reply, ...problems } };
  app.post('/enrol', { schema, config: { public: true } }, async (request, answer) => answer.code(201).send(await enrol(cloud, request.body)));
};
