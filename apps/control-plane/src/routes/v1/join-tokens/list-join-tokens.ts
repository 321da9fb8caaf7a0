import { listJoinTokens as list } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { joinTokenSchema } from './join-token-schema.ts';

export const listJoinTokens: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'List the tokens that can still be used',
    tags: ['hosts'],
    response: { 200: Type.Object({ joinTokens: Type.Array(refTo(joinTokenSchema)) }), ...problems },
  };
  app.get('/join-tokens', { schema, config: { adminPolicy: 'novadock:join-tokens' } }, async () => {
    const tokens = await list(cloud);
    return { joinTokens: tokens.map(({ id, usesLeft, labels, createdAt, expiresAt }) => ({ id, usesLeft, labels: labels as Record<string, string>, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() })) };
  });
};
