import swagger from '@fastify/swagger';
import fp from 'fastify-plugin';
import { takesIdempotencyKey } from './idempotency.ts';

const description = `Novadock's own API: what OpenStack has no words for, and the rest of it in plain words.

Sign in with \`POST /identity/v3/auth/tokens\`, then send the token as \`Authorization: Bearer …\` or \`X-Auth-Token\`. A POST may carry an
\`Idempotency-Key\`, where it says so: sent again with the same key it is carried out once. Errors are problems (RFC 9457) with a stable \`code\`.`;

const tags = [
  { name: 'instances', description: 'What users boot' },
  { name: 'images', description: 'What instances are booted from' },
  { name: 'catalog', description: 'Flavors and networks to choose from' },
  { name: 'hosts', description: 'The machines that instances run on; for administrators' },
  { name: 'profiles', description: 'What hosts are to be; for administrators' },
  { name: 'set-up', description: 'Making hosts what their profile says; for administrators' },
  { name: 'rollouts', description: 'Bringing hosts to a revision of a profile, a few at a time; for administrators' },
  { name: 'events', description: 'All that happens' },
  { name: 'service', description: 'This service itself' },
];

const idempotencyHeader = {
  type: 'object',
  properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 255, description: 'Sent again with the same key, the request is carried out once; for a day.' } },
};

/** Collects the routes that are registered after it into an OpenAPI 3.1 document: `app.swagger()`. */
export const openapi = fp(async (app) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Novadock', version: '1', description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      servers: [{ url: '/' }],
      tags,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
        },
      },
      security: [{ bearer: [] }, { token: [] }],
    },
    transform: ({ schema, url, route }) => ({ url, schema: takesIdempotencyKey(route) ? { ...schema, headers: idempotencyHeader } : schema }),
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, index) => (typeof json.$id === 'string' ? json.$id : `schema-${index}`) },
  });
});
