import fp from 'fastify-plugin';

const jsonTypes = ['application/json', /^application\/[\w.+-]+\+json/, /^application\/openstack-images-v2\.\d-json-patch/] as const;

/**
 * Reads JSON bodies the way OpenStack's services do: an empty body is no error, for their clients send `Content-Type:
 * application/json` with nothing after it. What is no JSON is a 400 with the reason MALFORMED_JSON, which each service words itself.
 */
export const bodyParsers = fp(async (app) => {
  app.removeContentTypeParser('application/json');
  for (const type of jsonTypes) {
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body: string, done) => {
      if (body === '') return done(null, undefined);
      // PostgreSQL cannot keep it, in text or JSON.
      if (body.includes('\\u0000')) return done(Object.assign(new Error('The null character is not allowed.'), { statusCode: 400, code: 'NULL_CHARACTER' }));
      try {
        done(null, JSON.parse(body));
      } catch {
        done(Object.assign(new Error('Malformed request body'), { statusCode: 400, code: 'MALFORMED_JSON' }));
      }
    });
  }
});
