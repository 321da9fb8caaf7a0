import { Type } from 'typebox';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';

export const getAuthority: V1Route = (app, { cloud }) => {
  const schema = {
    summary: "The cloud's certificate authority, PEM",
    description: 'For clients to trust the API by (OS_CACERT), where it has no certificate of another authority.',
    tags: ['service'],
    security: [],
    response: { 200: { description: 'A certificate', content: { 'application/x-pem-file': { schema: Type.String() } } }, ...problems },
  };
  app.get('/authority.pem', { schema, config: { public: true } }, async (_request, reply) => reply.type('application/x-pem-file').send(cloud.authority.certificate));
};
