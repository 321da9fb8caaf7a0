import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pack, type Header } from 'tar-stream';

// Archives for tests, by hand.

export type TarEntry = { name: string; content?: string | Buffer; type?: Header['type']; linkname?: string };
export type ImageParts = { layers: Buffer[]; config: Buffer; repoTags?: string[] };

export const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

export async function makeTar(entries: TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content = '', type = 'file', linkname } of entries) {
    if (type === 'file') tar.entry({ name }, Buffer.from(content));
    else tar.entry({ name, type, ...(linkname === undefined ? {} : { linkname }) });
  }
  tar.finalize();
  return buffer(tar as unknown as AsyncIterable<Uint8Array>);
}

/** A layer with one file of so many bytes. */
export const makeLayer = (name: string, bytes: number) => makeTar([{ name: 'etc/', type: 'directory' }, { name, content: Buffer.alloc(bytes, name) }, { name: 'etc/link', type: 'symlink', linkname: '../../../etc/passwd' }]);

export function makeConfig(layers: Buffer[], more: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Cmd: ['/bin/true'] }, rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) }, ...more }));
}

const manifestOf = (Config: string, Layers: string[], RepoTags: string[] = ['hello:latest']) => ({ name: 'manifest.json', content: JSON.stringify([{ Config, RepoTags, Layers }]) });

/** As Docker up to 24 writes it: manifest.json comes last, and a layer that was there already is a link to it. */
export function legacyEntries({ layers, config, repoTags }: ImageParts): TarEntry[] {
  const folder = (index: number) => sha256(`layer ${index}`);
  const first = (layer: Buffer) => layers.findIndex((other) => other.equals(layer));
  return [
    ...layers.flatMap((layer, index): TarEntry[] => [
      { name: `${folder(index)}/`, type: 'directory' },
      { name: `${folder(index)}/VERSION`, content: '1.0' },
      { name: `${folder(index)}/json`, content: JSON.stringify({ id: folder(index) }) },
      first(layer) === index ? { name: `${folder(index)}/layer.tar`, content: layer } : { name: `${folder(index)}/layer.tar`, type: 'symlink', linkname: `../${folder(first(layer))}/layer.tar` },
    ]),
    { name: `${sha256(config)}.json`, content: config },
    manifestOf(`${sha256(config)}.json`, layers.map((_, index) => `${folder(index)}/layer.tar`), repoTags),
    { name: 'repositories', content: '{"hello":{"latest":"x"}}' },
  ];
}

/** As Docker from 25 on writes it; `pressed` are the layers as they are stored, compressed perhaps. */
export function ociEntries({ layers, config, repoTags }: ImageParts, pressed: Buffer[] = layers): TarEntry[] {
  const blob = (bytes: Buffer) => `blobs/sha256/${sha256(bytes)}`;
  return [
    { name: 'blobs/', type: 'directory' },
    { name: 'blobs/sha256/', type: 'directory' },
    ...[...pressed, config].map((content): TarEntry => ({ name: blob(content), content })),
    { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: [] }) },
    manifestOf(blob(config), pressed.map(blob), repoTags),
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
  ];
}

/** A small image that boots. */
export async function helloImage(): Promise<ImageParts> {
  const layers = [await makeLayer('bin/hello', 3000), await makeLayer('etc/hello.conf', 50)];
  return { layers, config: makeConfig(layers) };
}
