import { lastEventId } from '@novadock/store';
import type { App, Deps } from '../../../deps.ts';

/** /livez: this process answers. /readyz: its database does as well, so it can serve. */
export function getHealth(app: App, { cloud }: Deps): void {
  app.get('/livez', async (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (request, reply) => {
    try {
      await lastEventId(cloud.store);
      return reply.type('text/plain').send('ok\n');
    } catch (error) {
      request.log.warn({ err: error }, 'not ready: the database does not answer');
      return reply.code(503).type('text/plain').send('the database does not answer\n');
    }
  });
}
