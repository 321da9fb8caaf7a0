import { createHash } from 'node:crypto';
import { writeTar } from './write-tar.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

export const tag = 'novadock/hello:latest';

/**
 * The image with this program as its entry point, as the archive that `docker save` writes in its old layout: every
 * engine since 1.10 loads it. The same program gives the same bytes.
 */
export function makeImage(options: { architecture: 'amd64' | 'arm64'; program: Buffer }): Buffer {
  const layer = writeTar([
    { name: 'etc/', mode: 0o755 },
    { name: 'etc/group', mode: 0o644, content: Buffer.from('root:x:0:\n') },
    { name: 'etc/passwd', mode: 0o644, content: Buffer.from('root:x:0:0:root:/root:/hello\n') },
    { name: 'hello', mode: 0o755, content: options.program },
    { name: 'root/', mode: 0o700 },
  ]);
  const config = json({
    architecture: options.architecture,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Entrypoint: ['/hello'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'images/hello/build.ts' }],
  });
  const layerName = `${sha256(layer)}/layer.tar`;
  const configName = `${sha256(config)}.json`;
  const files = [
    { name: `${sha256(layer)}/`, mode: 0o755 },
    { name: layerName, mode: 0o644, content: layer },
    { name: configName, mode: 0o644, content: config },
    { name: 'manifest.json', mode: 0o644, content: json([{ Config: configName, RepoTags: [tag], Layers: [layerName] }]) },
  ];
  return writeTar(files.sort((a, b) => (a.name < b.name ? -1 : 1)));
}
