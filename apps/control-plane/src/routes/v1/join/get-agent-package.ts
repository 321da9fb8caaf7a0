import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { problems } from '../problem.ts';
import type { V1Route } from '../v1-route.ts';
import { archives, assertAgentPackage } from './agent-packages.ts';

/** `folder`: where the agent's archives are. */
export const getAgentPackage = (folder: string): V1Route => (app) => {
  const schema = {
    summary: 'Download the agent for a CPU type',
    tags: ['hosts'],
    security: [],
    params: Type.Object({ archive: Type.Enum(archives) }),
    response: { 200: { description: 'A tar archive, compressed', content: { 'application/gzip': { schema: Type.Unsafe<Readable>(Type.String()) } } }, 304: { description: 'As If-None-Match says, it is there already', type: 'null' }, ...problems },
  };
  app.get('/agent/:archive', { schema, config: { public: true }, exposeHeadRoute: false }, async (request, answer) => {
    const agent = await assertAgentPackage(folder, request.params.archive);
    const etag = `"${agent.sha256}"`;
    answer.header('etag', etag);
    if (request.headers['if-none-match'] === etag) return answer.code(304).send();
    const file = await open(agent.file);
    const { size } = await file.stat();
    return answer.type('application/gzip').header('content-length', size).send(file.createReadStream());
  });
};
