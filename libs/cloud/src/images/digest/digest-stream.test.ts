import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeConfig, makeLayer, makeTar, ociEntries, sha256 } from '../archive/make-archive.ts';
import { DigestStream } from './digest-stream.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function digest(bytes: Buffer, pieceBytes: number) {
  const stream = new DigestStream();
  try {
    const passed = await buffer(stream.pass(inPieces(bytes, pieceBytes)));
    return { ...(await stream.finish()), unchanged: passed.equals(bytes) };
  } finally {
    await stream.stop();
  }
}

const hash = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');
const mebibyte = 1024 ** 2;

describe('bytes that pass', () => {
  it.each([0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 4 * mebibyte, 9 * mebibyte + 5])('are hashed and unchanged: %i of them', async (length) => {
    const bytes = Buffer.alloc(length, 'novadock ');
    expect(await digest(bytes, 65_536)).toMatchObject({ checksums: { md5: hash('md5', bytes), sha512: hash('sha512', bytes) }, unchanged: true });
  });

  it('are inspected as they are, though the memory they pass through is used again and again', async () => {
    // Random enough that compression does not shrink it, and that a byte out of place changes a digest.
    const noise = Buffer.concat(Array.from({ length: 50_000 }, (_, index) => createHash('sha512').update(String(index)).digest()));
    const layers = [await makeLayer('big', 3 * mebibyte), await makeTar([{ name: 'noise', content: noise }, { name: 'more', content: noise.subarray(5) }])];
    const config = makeConfig(layers);
    for (const pressed of [layers, layers.map((layer) => gzipSync(layer, { level: 1 }))]) {
      const archive = await makeTar(ociEntries({ layers, config }, pressed));
      for (const pieceBytes of [30_011, 3 * mebibyte]) {
        expect(await digest(archive, pieceBytes)).toMatchObject({ checksums: { sha512: hash('sha512', archive) }, inspection: { engineId: `sha256:${sha256(config)}`, contentBytes: 3 * mebibyte + 2 * noise.length - 5 }, unchanged: true });
      }
    }
  });

  it('end early without a thread left behind', async () => {
    const stream = new DigestStream();
    const source = async function* () {
      yield Buffer.alloc(5 * mebibyte);
      throw new Error('connection lost');
    };
    await expect(buffer(stream.pass(source()))).rejects.toThrow('connection lost');
    await expect(stream.stop()).resolves.toBeUndefined();
  });
});
