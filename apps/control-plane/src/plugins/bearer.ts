import fp from 'fastify-plugin';

/** Takes `Authorization: Bearer TOKEN` for `X-Auth-Token`, where there is none. */
export const bearer = fp(async (app) => {
  app.addHook('onRequest', async ({ headers }) => {
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token !== undefined) headers['x-auth-token'] ??= token;
  });
});
