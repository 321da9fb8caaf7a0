import { putProfile as put } from '@novadock/cloud';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { profileParams, profileReply, profileSettingsSchema, toProfileReply, toSettings } from './profile-schema.ts';

export const putProfile: V1Route = (app, { cloud }) => {
  const schema = {
    summary: 'Say what hosts of a profile are to be',
    description: 'Makes a new revision (201), unless the newest one says the same (200). What is left out is as in the built-in default. Hosts stay as they are until a set-up run applies it.',
    tags: ['profiles'],
    params: profileParams,
    body: profileSettingsSchema,
    response: { 200: profileReply, 201: profileReply, ...problems },
  };
  app.put('/profiles/:name', { schema, config: { adminPolicy: 'novadock:profiles' } }, async (request, answer) => {
    const result = await put(cloud, request.params.name, toSettings(request.body));
    return answer.code(result.changed ? 201 : 200).send(toProfileReply(result));
  });
};
