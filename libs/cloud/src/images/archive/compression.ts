import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CloudError } from '@novadock/model';
import { through } from './through.ts';

const formats = [
  { name: 'gzip', magic: '1f8b', create: createGunzip },
  { name: 'zstd', magic: '28b52ffd', create: createZstdDecompress },
  { name: 'bzip2', magic: '425a68', create: undefined },
  { name: 'xz', magic: 'fd377a585a', create: undefined },
];

export type Compression = (typeof formats)[number];

/** What a file is compressed with, by its first bytes (5 are enough). */
export function compressionOf(head: Buffer): Compression | undefined {
  const hex = head.toString('hex');
  return formats.find(({ magic }) => hex.startsWith(magic));
}

/** Throws `invalid` when the data is damaged or of a format that is not read here. */
export function decompress(source: AsyncIterable<Uint8Array>, { name, create }: Compression): AsyncIterable<Uint8Array> {
  const refusal = new CloudError('invalid', `it is compressed with ${name}`);
  return create === undefined ? failing(source, refusal) : through(source, create(), (cause) => new CloudError('invalid', `its ${name} compression is damaged`, { cause }));
}

async function* failing(source: AsyncIterable<Uint8Array>, refusal: Error): AsyncGenerator<Uint8Array> {
  for await (const _ of source);
  throw refusal;
}
