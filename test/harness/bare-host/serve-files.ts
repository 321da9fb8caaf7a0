import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream';

/** Folders by the first part of their URL's path. */
export type FileServer = { port: number; close: () => Promise<void> };

/** Serves folders over HTTP at an address of this machine, on any port. */
export async function serveFiles(address: string, folders: Record<string, string>): Promise<FileServer> {
  const server = createServer((request, reply) => {
    const [, top = '', ...rest] = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)).split('/');
    const path = join(folders[top] ?? '/nowhere', ...rest);
    const size = statSync(path, { throwIfNoEntry: false })?.isFile() === true ? statSync(path).size : undefined;
    if (size === undefined) return reply.writeHead(404).end();
    reply.writeHead(200, { 'content-length': size });
    if (request.method === 'HEAD') return reply.end();
    pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), reply, () => {});
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, close };
}
