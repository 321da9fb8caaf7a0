import { CloudError } from '@novadock/model';
import { lastEventId } from '@novadock/store';
import type { App, Deps } from '../../../deps.ts';

/** /livez: this process answers. /readyz: its database and the folder of images do as well, so it can serve. */
export function getHealth(app: App, { cloud }: Deps): void {
  const check = async () => {
    await lastEventId(cloud.store);
    await cloud.blobs.assertThere();
  };
  // One at a time: a folder of a file server that is away keeps who asks for it, and there are few threads to ask.
  let checking: Promise<void> | undefined;
  app.get('/livez', async (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (request, reply) => {
    try {
      await (checking ??= check().finally(() => (checking = undefined)));
      return reply.type('text/plain').send('ok\n');
    } catch (error) {
      const why = error instanceof CloudError ? error.message : 'the database does not answer';
      request.log.warn({ err: error }, `not ready: ${why}`);
      return reply.code(503).type('text/plain').send(`${why}\n`);
    }
  });
}
