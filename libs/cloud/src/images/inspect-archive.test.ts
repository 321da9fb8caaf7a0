import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { helloImage, legacyEntries, makeConfig, makeLayer, makeTar, ociEntries, sha256, type TarEntry } from './archive/make-archive.ts';
import { inspectArchive } from './inspect-archive.ts';

async function* inPieces(bytes: Buffer, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const inspect = async (entries: TarEntry[]) => inspectArchive(inPieces(await makeTar(entries)));
const image = await helloImage();
const evilLayer = await makeLayer('evil', 9);
const plain = await makeTar(legacyEntries(image));
const damagedGzip = await makeTar(ociEntries(image, [Buffer.concat([gzipSync(image.layers[0]!).subarray(0, 30), Buffer.alloc(30)]), image.layers[1]!]));
const bootable = { engineId: `sha256:${sha256(image.config)}`, architecture: 'amd64', contentBytes: 3050, repoTags: ['hello:latest'] };
const reason = (pattern: RegExp) => ({ unbootableReason: expect.stringMatching(pattern) as string });
const without = (entries: TarEntry[], name: RegExp) => entries.filter((entry) => !name.test(entry.name));
/** Random numbers, the same in each run. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) % sides;
}

describe('an archive boots', () => {
  it('in the legacy layout', async () => expect(await inspect(legacyEntries(image))).toEqual(bootable));
  it('in the OCI layout', async () => expect(await inspect(ociEntries(image))).toEqual(bootable));
  it('with layers that gzip and zstd compressed', async () => {
    const [first, second] = image.layers as [Buffer, Buffer];
    expect(await inspect(ociEntries(image, [gzipSync(first), zstdCompressSync(second)]))).toEqual(bootable);
  });
  it('with one layer twice, the second time as a link', async () => {
    const layers = [image.layers[0]!, image.layers[1]!, image.layers[0]!];
    const config = makeConfig(layers, { architecture: 'arm64' });
    expect(await inspect(legacyEntries({ layers, config }))).toEqual({ ...bootable, engineId: `sha256:${sha256(config)}`, architecture: 'arm64', contentBytes: 6050 });
  });
  it('with manifest.json first, names that begin with ./ and tags that are not ASCII', async () => {
    const entries = legacyEntries({ ...image, repoTags: ['häuschen:ü'] }).reverse();
    expect(await inspect(entries.map((entry) => ({ ...entry, name: `./${entry.name}` })))).toEqual({ ...bootable, repoTags: ['häuschen:ü'] });
  });
  it('with an empty layer and without tags', async () => {
    const layers = [Buffer.alloc(1024)];
    const config = makeConfig(layers);
    const entries = without(legacyEntries({ layers, config }), /manifest/);
    const manifest = JSON.stringify([{ Config: `${sha256(config)}.json`, RepoTags: null, Layers: [entries[3]!.name] }]);
    expect(await inspect([...entries, { name: 'manifest.json', content: manifest }])).toEqual({ ...bootable, engineId: `sha256:${sha256(config)}`, contentBytes: 0, repoTags: [] });
  });
  it('however its bytes are cut into pieces', async () => {
    for (const entries of [legacyEntries(image), ociEntries(image, image.layers.map((layer) => gzipSync(layer)))]) {
      const tar = await makeTar(entries);
      for (const size of [1, 7, 511, 512, 513, 4096, 100_000]) expect(await inspectArchive(inPieces(tar, size))).toEqual(bootable);
    }
  });
});

describe('an archive does not boot, and says why,', () => {
  const layerWith = async (entry: TarEntry) => {
    const layers = [await makeTar([{ name: 'ok', content: 'x' }, entry])];
    return legacyEntries({ layers, config: makeConfig(layers) });
  };
  const entries = legacyEntries(image);
  const replaced = (name: RegExp, content: string | Buffer) => entries.map((entry) => (name.test(entry.name) ? { ...entry, content } : entry));
  const manifest = JSON.parse(String(entries.find(({ name }) => name === 'manifest.json')!.content)) as [{ Layers: string[]; Config: string }];
  const configAs = (more: object) => legacyEntries({ ...image, config: makeConfig(image.layers, more) });
  const cases: [string, TarEntry[] | Promise<TarEntry[]>, RegExp][] = [
    ['without manifest.json', without(entries, /manifest|repositories/), /no manifest\.json.*docker export/],
    ['saved before Docker 1.10', without(entries, /manifest/), /older than 1\.10/],
    ['as a bare OCI layout', without(ociEntries(image), /manifest\.json/), /OCI layout without manifest\.json/],
    ['with several images', replaced(/^manifest/, JSON.stringify([...manifest, ...manifest])), /holds 2 images/],
    ['with no image', replaced(/^manifest/, '[]'), /names no image/],
    ['with a manifest of another shape', replaced(/^manifest/, '[{"Config":5}]'), /manifest\.json is damaged/],
    ['with a manifest that is no JSON', replaced(/^manifest/, '[oops'), /manifest\.json" is no JSON/],
    ['with a manifest that is far too large', replaced(/^manifest/, `[${' '.repeat(5 * 1024 ** 2)}]`), /far too large/],
    ['with more JSON than can be kept', [...Array.from({ length: 4 }, (_, index) => ({ name: `j${index}`, content: '{'.padEnd(4 * 1024 ** 2) })), ...entries], /far too large/],
    ['without its config', without(entries, /^[0-9a-f]{64}\.json/), /lacks .*\.json/],
    ['without a layer', without(entries, new RegExp(manifest[0].Layers[1]!)), /lacks .*layer\.tar/],
    ['with a config of another digest', replaced(/^[0-9a-f]{64}\.json/, makeConfig(image.layers, { created: 'x' }).toString()), /digest in its name/],
    ['with a layer of another digest', replaced(new RegExp(manifest[0].Layers[1]!), evilLayer), /not the one its config names/],
    ['with a blob of another digest', ociEntries(image).map((entry) => (entry.name.endsWith(sha256(image.layers[0]!)) ? { ...entry, content: image.layers[1]! } : entry)), /digest in its name/],
    ['with fewer layers than its config names', replaced(/^manifest/, JSON.stringify([{ ...manifest[0], Layers: manifest[0].Layers.slice(1) }])), /has 1 layers.*names 2/],
    ['for windows', configAs({ os: 'windows' }), /made for "windows"/],
    ['without an architecture', configAs({ architecture: undefined }), /names no architecture/],
    ['with an architecture that is no word', configAs({ architecture: 'amd\0' }), /names no architecture/],
    ['without layers in its config', configAs({ rootfs: undefined }), /damaged/],
    ['with .. in a name', [...entries, { name: '../evil', content: 'x' }], /"\.\.\/evil" points out of the archive/],
    ['with .. further on in a name', [...entries, { name: 'a/../../evil', content: 'x' }], /points out of the archive/],
    ['with an absolute name', [...entries, { name: '/evil', content: 'x' }], /"\/evil" points out/],
    ['with a link out of it', [...entries, { name: 'x/evil', type: 'symlink', linkname: '../../etc/passwd' }], /points out of the archive/],
    ['with an absolute link', [...entries, { name: 'evil', type: 'symlink', linkname: '/etc/passwd' }], /points out of the archive/],
    ['with a hard link out of it', [...entries, { name: 'evil', type: 'link', linkname: '../passwd' }], /points out of the archive/],
    ['with a device', [...entries, { name: 'evil', type: 'character-device' }], /is a character-device/],
    ['with links in a circle', [...without(entries, new RegExp(manifest[0].Layers[1]!)), { name: manifest[0].Layers[1]!, type: 'symlink', linkname: 'layer.tar' }], /lacks/],
    ['with a file twice', [...entries, { name: 'manifest.json', content: '[]' }], /"manifest\.json" twice/],
    ['with far too many entries', [...entries, ...Array.from({ length: 10_001 }, (_, index) => ({ name: `f${index}` }))], /more than 10000 entries/],
    ['with .. in a layer', layerWith({ name: '../../evil', content: 'x' }), /unusable: its entry "\.\.\/\.\.\/evil" points out of it/],
    ['with an absolute name in a layer', layerWith({ name: '/evil', content: 'x' }), /unusable/],
    ['with a hard link out of a layer', layerWith({ name: 'evil', type: 'link', linkname: '../../../etc/shadow' }), /points out of it/],
  ];
  it.each(cases)('%s', async (_name, archive, pattern) => expect(await inspect(await archive)).toEqual(reason(pattern)));

  it.each([
    ['when it is empty', Buffer.alloc(0), /It is empty/],
    ['when it is no tar', Buffer.from('hello docker'), /no tar archive/],
    ['when it is random bytes', Buffer.alloc(1024, 'Tempest'), /no tar archive/],
    ['when it is compressed', gzipSync(plain), /compressed with gzip.*plain output/],
    ['when it is compressed with xz', Buffer.from('fd377a585a000004', 'hex'), /compressed with xz/],
    ['when it is cut off', plain.subarray(0, 2000), /It is cut off/],
    ['when it is cut off in a layer', plain.subarray(0, 4000), /It is cut off/],
    ['when it is damaged', Buffer.concat([plain.subarray(0, 1024), Buffer.alloc(1024, 1), plain.subarray(2048)]), /damaged/],
    ['when a compressed layer is damaged', damagedGzip, /gzip compression is damaged/],
  ])('%s', async (_name, bytes, pattern) => expect(await inspectArchive(inPieces(bytes))).toEqual(reason(pattern)));
});

describe('whatever the bytes', () => {
  it('an archive cut off anywhere never boots as something else', async () => {
    const tar = await makeTar(ociEntries(image));
    const whole = tar.length - 1024;
    for (let length = 0; length < whole; length += 256) expect(await inspectArchive(inPieces(tar.subarray(0, length)))).not.toMatchObject({ engineId: expect.not.stringMatching(bootable.engineId) as string });
    expect(await inspectArchive(inPieces(tar.subarray(0, 2048)))).toEqual(reason(/./));
  });

  it('a byte that was changed anywhere is noticed, or changes nothing that boots', async () => {
    const roll = dice(7);
    for (const entries of [legacyEntries(image), ociEntries(image, image.layers.map((layer) => gzipSync(layer)))]) {
      const tar = await makeTar(entries);
      for (let round = 0; round < 400; round += 1) {
        const changed = Buffer.from(tar);
        changed[roll(tar.length)]! ^= 1 << roll(8);
        const found = await inspectArchive(inPieces(changed, 1 + roll(5000)));
        if ('engineId' in found) expect({ ...found, repoTags: [] }).toEqual({ ...bootable, repoTags: [] });
        else expect(found.unbootableReason).toMatch(/^It/);
      }
    }
  });

  it('it is read to its end, even when the first of it is refused already', async () => {
    let read = 0;
    const source = async function* () {
      for (let piece = 0; piece < 50; piece += 1) {
        read += 1;
        yield Buffer.alloc(1000, 'no tar');
      }
    };
    await inspectArchive(source());
    expect(read).toBe(50);
  });

  it('an error of the source is passed on', async () => {
    const tar = await makeTar(legacyEntries(image));
    const source = async function* () {
      yield tar.subarray(0, 5000);
      throw new Error('connection lost');
    };
    await expect(inspectArchive(source())).rejects.toThrow('connection lost');
  });
});
