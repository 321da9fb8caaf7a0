import { createJoinToken as create } from '@novadock/cloud';
import { Type } from 'typebox';
import { baseUrl } from '../../../deps.ts';
import { problems } from '../problem.ts';
import { dateTime } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { reachableUrl } from './reachable-url.ts';

const bodySchema = Type.Object(
  {
    ttlSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 30 * 24 * 3600, description: '3600 unless said.' })),
    uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'How many hosts it can enrol; 1 unless said.' })),
  },
  { additionalProperties: false },
);

const reply = Type.Object({ id: Type.String(), token: Type.String(), expiresAt: dateTime, joinCommand: Type.String({ description: 'To run on the host, as root, in a copy of this repository.' }) });

export const createJoinToken: V1Route = (app, v1) => {
  const schema = { summary: 'Make a token that hosts join with', tags: ['hosts'], body: bodySchema, response: { 201: reply, ...problems } };
  app.post('/join-tokens', { schema, config: { adminPolicy: 'novadock:join-tokens' } }, async (request, answer) => {
    const { ttlSeconds = 3600, uses = 1 } = request.body ?? {};
    const { id, token, expiresAt } = await create(v1.cloud, { ttlSeconds, uses });
    const joinCommand = `npm run agent -- set-up && npm run agent -- serve --join ${reachableUrl(baseUrl(v1, request))} --token ${token}`;
    return answer.code(201).send({ id, token, expiresAt: expiresAt.toISOString(), joinCommand });
  });
};
