import { downloadImage } from '@novadock/cloud';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { parseByteRange } from './byte-range.ts';

/** GET /v2/images/{id}/file */
export const downloadFile: Route = (app, { cloud }) => {
  app.get<{ Params: { id: string } }>('/v2/images/:id/file', async (request, reply) => {
    const { image, sizeBytes, read } = await downloadImage(cloud, callerOf(request), request.params.id);
    if (read === undefined) return reply.code(204).send();
    const range = parseByteRange(request.headers.range, sizeBytes);
    reply.headers({ 'content-type': 'application/octet-stream', 'content-md5': image.md5 ?? '', 'content-length': range === undefined ? sizeBytes : range.end - range.start + 1 });
    if (range !== undefined) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`);
    return reply.send(read(range));
  });
};
