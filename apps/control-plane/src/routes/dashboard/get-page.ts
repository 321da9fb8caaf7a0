import { createHash } from 'node:crypto';
import type { App } from '../../deps.ts';
import { readCompressed } from './read-compressed.ts';
import { sendFile } from './send-file.ts';

const notMade = 'The dashboard is not made yet. Run `npm run dashboard` in the folder of the control plane, then load this page again. The API is at /v1/docs.\n';

/** The page: asked for anew each time, sent when it has changed. */
export function getPage(app: App, folder: string): void {
  app.get('/', async (request, answer) => {
    const page = await readCompressed(folder, 'index.html', request.headers['accept-encoding']);
    if (page === undefined) return answer.code(503).type('text/plain; charset=utf-8').send(notMade);
    const etag = `"${createHash('sha256').update(page.content).digest('base64url').slice(0, 22)}"`;
    answer.headers({ etag, 'cache-control': 'no-cache' });
    if (request.headers['if-none-match'] === etag) return answer.code(304).send();
    return sendFile(answer, 'text/html; charset=utf-8', page);
  });
}
