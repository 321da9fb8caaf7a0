import { listProfiles as list } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import { refTo } from '../schemas.ts';
import type { V1Route } from '../v1-route.ts';
import { profileSchema, toProfile } from './profile-schema.ts';

export const listProfiles: V1Route = (app, { cloud }) => {
  const schema = { summary: 'List profiles, each in its newest revision', tags: ['profiles'], response: { 200: Type.Object({ profiles: Type.Array(refTo(profileSchema)) }), ...problems } };
  app.get('/profiles', { schema, config: { adminPolicy: 'novadock:profiles' } }, async () => ({ profiles: (await list(cloud)).map(toProfile) }));
};
