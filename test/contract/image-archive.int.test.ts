import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import Docker from 'dockerode';
import { afterAll, describe, expect, it } from 'vitest';
import { legacyEntries, makeConfig, makeLayer, makeTar, ociEntries, type ImageParts } from '../../libs/cloud/src/images/archive/make-archive.ts';
import { inspectArchive } from '../../libs/cloud/src/images/inspect-archive.ts';

// What is found out about archives is what the engine makes of them.

const docker = new Docker();
const made: string[] = [];
const newName = () => {
  const name = `novadock-test-${randomUUID()}`;
  made.push(name);
  return name;
};
afterAll(async () => {
  for (const name of made) await docker.getImage(name).remove({ force: true }).catch(() => {});
});

const ended = (stream: NodeJS.ReadableStream) => new Promise<{ error?: string }[]>((resolve, reject) => docker.modem.followProgress(stream, (error, events) => (error === null ? resolve(events as { error?: string }[]) : reject(error))));
const load = async (archive: Buffer) => ended(await docker.loadImage(Readable.from([archive])));
const save = async (name: string) => buffer(await docker.getImage(name).get());
const inspect = (archive: Buffer) => inspectArchive(Readable.from([archive]));

async function imageNamed(repoTag: string): Promise<ImageParts> {
  // New to the engine, which does not read again what it has.
  const layers = [await makeLayer(`bin/${randomUUID()}`, 3000), await makeLayer(`etc/${randomUUID()}`, 50)];
  return { layers: [...layers, layers[0]!], config: makeConfig([...layers, layers[0]!], { history: [] }), repoTags: [repoTag] };
}

describe('what the engine saves', () => {
  it('boots under the id that the engine has for it', async () => {
    const name = newName();
    await ended(await docker.importImage(Readable.from([await makeTar([{ name: 'bin/', type: 'directory' }, { name: 'bin/hello', content: Buffer.alloc(70_000, 1) }])]), { repo: name, tag: 'v1', changes: 'CMD ["/bin/hello"]' } as object));
    const { Id, Architecture } = await docker.getImage(`${name}:v1`).inspect();
    made.push(`${name}:v1`);
    expect(await inspect(await save(`${name}:v1`))).toEqual({ engineId: Id, architecture: Architecture, contentBytes: 70_000, repoTags: [`${name}:v1`] });
  });
  it('a container that was exported does not boot', async () => {
    const name = newName();
    await ended(await docker.importImage(Readable.from([await makeTar([{ name: 'x', content: 'x' }])]), { repo: name } as object));
    const container = await docker.createContainer({ Image: name, Cmd: ['/x'] });
    try {
      expect(await inspect(await buffer(await container.export()))).toMatchObject({ unbootableReason: expect.stringContaining('docker export') as string });
    } finally {
      await container.remove();
    }
  });
});

describe('what is found bootable', () => {
  it.each(['legacy', 'OCI', 'gzipped'])('the engine loads, with that id: %s layout', async (layout) => {
    const name = `${newName()}:latest`;
    const image = await imageNamed(name);
    const archive = await makeTar(layout === 'legacy' ? legacyEntries(image) : ociEntries(image, layout === 'OCI' ? image.layers : image.layers.map((layer) => gzipSync(layer))));
    const found = await inspect(archive);
    expect(found).toMatchObject({ architecture: 'amd64', contentBytes: 6050, repoTags: [name] });
    expect((await load(archive)).filter(({ error }) => error !== undefined)).toEqual([]);
    expect((await docker.getImage(name).inspect()).Id).toBe((found as { engineId: string }).engineId);
  });
});

describe('what the engine refuses is found unbootable', () => {
  it.each(['with another layer', 'with fewer layers'])('%s', async (flaw) => {
    const image = await imageNamed(`${newName()}:latest`);
    const entries = legacyEntries(image);
    const manifest = entries.find(({ name }) => name === 'manifest.json')!;
    if (flaw === 'with another layer') entries.find(({ name }) => name.endsWith('/layer.tar'))!.content = await makeLayer('bin/evil', 3000);
    else manifest.content = JSON.stringify((JSON.parse(String(manifest.content)) as { Layers: string[] }[]).map((each) => ({ ...each, Layers: each.Layers.slice(1) })));
    const archive = await makeTar(entries);
    expect(await inspect(archive)).toHaveProperty('unbootableReason');
    const answers = await load(archive).catch((error: Error) => [{ error: error.message }]);
    expect(answers.some(({ error }) => error !== undefined)).toBe(true);
  });
});
