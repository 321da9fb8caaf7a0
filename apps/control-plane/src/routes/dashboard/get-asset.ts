import type { App } from '../../deps.ts';
import { readCompressed } from './read-compressed.ts';
import { sendFile } from './send-file.ts';

const types: Record<string, string> = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };

/** What the page names: its content is in its name, so it never changes. */
export function getAsset(app: App, folder: string): void {
  app.get<{ Params: { file: string } }>('/dashboard/:file', async (request, answer) => {
    const [name, ending] = /^[a-z]+-[A-Z0-9]+\.([a-z]+)$/.exec(request.params.file) ?? [];
    const type = types[ending ?? ''];
    const asset = name === undefined || type === undefined ? undefined : await readCompressed(folder, name, request.headers['accept-encoding']);
    if (asset === undefined || type === undefined) return answer.code(404).type('text/plain; charset=utf-8').send('There is no such file.\n');
    answer.header('cache-control', 'public, max-age=31536000, immutable');
    return sendFile(answer, type, asset);
  });
}
