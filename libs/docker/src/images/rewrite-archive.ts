import { posix } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { pipeline as finished } from 'node:stream/promises';
import { CloudError, type ImageRef } from '@novadock/model';
import { extract, pack, type Extract, type Pack } from 'tar-stream';

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

/** The tag that an image has in the engine. */
export function imageTag(image: ImageRef): string {
  return `novadock:${image.id}`;
}

/**
 * The `docker save` archive with other names in it: the image has Novadock's tag and no other. Those it came with would take
 * the names of images that other users of the engine rely on. Streams; what is no archive ends in `invalid`.
 */
export function rewriteArchive(image: ImageRef, archive: AsyncIterable<Uint8Array>): Readable {
  const output = pack();
  copyEntries(image, archive, output).catch((error: unknown) => output.destroy(toInvalid(error)));
  return Readable.from(output, { objectMode: false });
}

function toInvalid(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  return new CloudError('invalid', `The image is no archive that can be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
}

async function copyEntries(image: ImageRef, archive: AsyncIterable<Uint8Array>, output: Pack): Promise<void> {
  const input = extract();
  // An error of the source ends the loop below as an error of the input.
  pipeline(Readable.from(arriving(archive)), input, () => {});
  for await (const entry of input) await copyEntry(image, entry, output);
  output.finalize();
}

async function copyEntry(image: ImageRef, entry: Entry, output: Pack): Promise<void> {
  // As the engine will read it: "./x", ".//x" and "l/../x" are all x.
  const name = posix.normalize(entry.header.name);
  if (name === 'repositories') return void entry.resume();
  const rewrite = Object.hasOwn(rewrites, name) ? rewrites[name] : undefined;
  if (rewrite === undefined) return finished(entry, output.entry(entry.header));
  if ((entry.header.size ?? 0) > maxListBytes) throw new CloudError('invalid', `The image is no archive that can be loaded: its ${name} is larger than ${maxListBytes} bytes.`);
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  const text = rewrite(Buffer.concat(chunks).toString(), image);
  output.entry({ ...entry.header, size: Buffer.byteLength(text), pax: null }, text);
}

/** What the inspection of an upload accepts too; the file is held in memory. */
const maxListBytes = 4 * 1024 * 1024;

/** The files that hold names, in the layouts of Docker since 1.10 and of OCI; that of older ones, `repositories`, is dropped. */
const rewrites: Record<string, (text: string, image: ImageRef) => string> = {
  'manifest.json': (text, image) => {
    const images = JSON.parse(text) as { Config: string }[];
    return JSON.stringify(images.map((each) => ({ ...each, RepoTags: isConfigOf(each.Config, image) ? [imageTag(image)] : null })));
  },
  'index.json': (text) => {
    const index = JSON.parse(text) as { manifests?: { annotations?: Record<string, string> }[] };
    return JSON.stringify({ ...index, manifests: index.manifests?.map(({ annotations: _, ...manifest }) => manifest) });
  },
};

/** "4f…e1.json", or "blobs/sha256/4f…e1". */
function isConfigOf(path: string, image: ImageRef): boolean {
  const digest = /([0-9a-f]{64})(\.json)?$/.exec(path)?.[1];
  return `sha256:${digest}` === image.engineId;
}

async function* arriving(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* archive;
  } catch (cause) {
    throw new CloudError('unavailable', 'The image did not arrive whole.', { cause });
  }
}
