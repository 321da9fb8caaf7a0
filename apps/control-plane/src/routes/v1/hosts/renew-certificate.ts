import { renewHostCertificate } from '@novadock/cloud';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';

export const renewCertificate: V1Route = (app, { cloud }) => {
  const schema = {
    summary: "Renew a host's certificate; for agents",
    description: 'The request has to be signed by the key that the host joined with: that is all the proof it takes.',
    tags: ['hosts'],
    security: [],
    params: Type.Object({ host: Type.String({ description: 'Its id.' }) }),
    body: Type.Object({ request: Type.String({ description: 'PKCS#10, PEM.' }) }, { additionalProperties: false }),
    response: { 200: Type.Object({ certificate: Type.String({ description: 'PEM.' }) }), ...problems },
  };
  app.post('/hosts/:host/certificate', { schema, config: { public: true } }, async (request) => ({ certificate: await renewHostCertificate(cloud, { hostId: request.params.host, ...request.body }) }));
};
