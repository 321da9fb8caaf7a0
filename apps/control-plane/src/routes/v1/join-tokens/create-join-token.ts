import { createJoinToken as create } from '@novadock/cloud';
import { Type } from 'typebox';
import { baseUrl } from '../../../deps.ts';
import { labelsSchema } from '../labels-schema.ts';
import { problems } from '../problem.ts';
import { dateTime } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { joinCommand } from './join-command.ts';

const bodySchema = Type.Object(
  {
    ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 * 24 * 3600, description: '3600 unless said.' })),
    uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'How many hosts it can enrol; 1 unless said.' })),
    labels: Type.Optional(labelsSchema),
  },
  { additionalProperties: false },
);

const reply = Type.Object({
  id: Type.String(),
  token: Type.String(),
  expiresAt: dateTime,
  publicKeyPin: Type.String({ description: "Of the API's key, as `curl --pinnedpubkey` takes it." }),
  joinCommand: Type.String({ description: 'To run on the machine that joins, as a user that may use sudo.' }),
});

export const createJoinToken: V1Route = (app, v1) => {
  const schema = { summary: 'Make a token that hosts join with', description: 'It is shown once and only its hash is stored, so a request that is sent again makes another one.', tags: ['hosts'], body: bodySchema, response: { 201: reply, ...problems } };
  app.post('/join-tokens', { schema, config: { adminPolicy: 'novadock:join-tokens', secretReply: true } }, async (request, answer) => {
    const { ttlSeconds = 3600, uses = 1, labels = {} } = request.body ?? {};
    const { id, token, expiresAt } = await create(v1.cloud, { ttlSeconds, uses, labels });
    const { publicKeyPin } = v1.cloud;
    return answer.code(201).send({ id, token, expiresAt: expiresAt.toISOString(), publicKeyPin, joinCommand: joinCommand({ url: baseUrl(v1, request), publicKeyPin, token }) });
  });
};
