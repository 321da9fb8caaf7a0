import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './run-program.ts';

/** `pulls`: the names of images whose manifest was asked for. */
export type Registry = { port: number; pulls: string[]; close: () => Promise<void> };

type Blob = { type: string; bytes: Buffer };
const docker = 'application/vnd.docker';

/** Serves a `docker save` archive under any name, as a mirror of Docker Hub does (Docker Registry HTTP API V2, image manifest V2 schema 2), on any port of an address. */
export async function serveRegistry(address: string, archive: string): Promise<Registry> {
  const { manifest, blobs } = await readArchive(archive);
  const pulls: string[] = [];
  const server = createServer((request, reply) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const [, name, what, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
    if (path === '/v2/') return reply.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end();
    const blob = what === 'manifests' && !reference.startsWith('sha256:') ? manifest : [manifest, ...blobs].find(({ bytes }) => digestOf(bytes) === reference);
    if (blob === undefined || name === undefined) return reply.writeHead(404).end();
    if (what === 'manifests' && !pulls.includes(name)) pulls.push(name);
    reply.writeHead(200, { 'content-type': blob.type, 'content-length': blob.bytes.length, 'docker-content-digest': digestOf(blob.bytes) });
    reply.end(request.method === 'HEAD' ? undefined : blob.bytes);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
  const close = () => new Promise<void>((resolve) => (server.close(() => resolve()), server.closeAllConnections()));
  return { port: (server.address() as AddressInfo).port, pulls, close };
}

async function readArchive(archive: string): Promise<{ manifest: Blob; blobs: Blob[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'nd-registry-'));
  try {
    await mustRun(['tar', '-xf', archive, '-C', folder]);
    const [image] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { Config: string; Layers: string[] }[];
    const read = (file: string, type: string): Blob => ({ bytes: readFileSync(join(folder, file)), type });
    const config = read(image?.Config ?? '', `${docker}.container.image.v1+json`);
    const layers = (image?.Layers ?? []).map((layer) => read(layer, `${docker}.image.rootfs.diff.tar`));
    const describe = ({ bytes, type }: Blob) => ({ mediaType: type, size: bytes.length, digest: digestOf(bytes) });
    const type = `${docker}.distribution.manifest.v2+json`;
    const text = JSON.stringify({ schemaVersion: 2, mediaType: type, config: describe(config), layers: layers.map(describe) });
    return { manifest: { bytes: Buffer.from(text), type }, blobs: [config, ...layers] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
