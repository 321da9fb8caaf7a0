import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { extract, pack } from 'tar-stream';
import { rewriteArchive } from './rewrite-archive.ts';

type Files = Record<string, string | Buffer>;

async function* archiveOf(files: Files): AsyncGenerator<Uint8Array> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, content);
  archive.entry({ name: 'old/layer.tar', type: 'symlink', linkname: '../new/layer.tar' });
  archive.finalize();
  yield* archive as AsyncIterable<Buffer>;
}

async function readBack(archive: NodeJS.ReadableStream): Promise<{ files: Record<string, Buffer>; links: Record<string, string> }> {
  const files: Record<string, Buffer> = {};
  const links: Record<string, string> = {};
  for await (const entry of archive.pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.type === 'symlink') links[entry.header.name] = entry.header.linkname ?? '';
    else files[entry.header.name] = Buffer.concat(chunks);
  }
  return { files, links };
}

const digest = 'a'.repeat(64);
const image = { id: randomUUID(), engineId: `sha256:${digest}` };

test.each([`${digest}.json`, `blobs/sha256/${digest}`])('with its config at %s, the image has our tag, and no other name is left', async (config) => {
  const layer = randomBytes(3 * 1024 * 1024);
  const { files, links } = await readBack(rewriteArchive(image, archiveOf({
    [config]: '{"os":"linux"}',
    'new/layer.tar': layer,
    'repositories': '{"redis":{"latest":"1"}}',
    'manifest.json': JSON.stringify([{ Config: config, RepoTags: ['redis:latest', 'größe:1'], Layers: ['new/layer.tar'] }, { Config: `${'b'.repeat(64)}.json`, RepoTags: ['nginx:latest'], Layers: [] }]),
    'index.json': JSON.stringify({ schemaVersion: 2, manifests: [{ digest: 'sha256:1', annotations: { 'io.containerd.image.name': 'docker.io/library/redis:latest' } }] }),
  })));
  expect(Object.keys(files)).toEqual([config, 'new/layer.tar', 'manifest.json', 'index.json']);
  expect(files['new/layer.tar']?.equals(layer)).toBe(true);
  expect(JSON.parse(String(files['manifest.json']))).toEqual([{ Config: config, RepoTags: [`novadock:${image.id}`], Layers: ['new/layer.tar'] }, { Config: `${'b'.repeat(64)}.json`, RepoTags: null, Layers: [] }]);
  expect(JSON.parse(String(files['index.json']))).toEqual({ schemaVersion: 2, manifests: [{ digest: 'sha256:1' }] });
  expect(links).toEqual({ 'old/layer.tar': '../new/layer.tar' });
});

test('what is no archive is invalid; one that does not arrive whole is worth another try', async () => {
  async function* words() {
    yield Buffer.from('this is no archive'.repeat(60));
  }
  await expect(drain(rewriteArchive(image, words()))).rejects.toMatchObject({ code: 'invalid' });
  async function* dying() {
    yield Buffer.alloc(100);
    throw new Error('the line went dead');
  }
  await expect(drain(rewriteArchive(image, dying()))).rejects.toMatchObject({ code: 'unavailable' });
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
