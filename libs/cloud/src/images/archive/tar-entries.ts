import { CloudError } from '@novadock/model';
import { extract, type Header } from 'tar-stream';
import { through, type Sink } from './through.ts';

/** An entry: its header, and its content, which must be read or skipped before the next entry. */
export type Entry = { header: Header; body: AsyncIterable<Uint8Array>; skip(): void };

type Source = AsyncIterable<Uint8Array> & { header: Header; resume(): unknown };

/**
 * The entries of a tar archive one after another. Throws `invalid` when it is none (reason `noTar`), is cut off (`tarCutOff`) or damaged
 * (`tarDamaged`), and what the source throws; so do the bodies.
 */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  // Layers may be of the oldest format, which has no mark of its own; the checksum of each header still tells what is no tar.
  const options: object = { allowUnknownFormat: true };
  const parser = extract(options);
  let isTar = false;
  parser.once('entry', () => (isTar = true));
  // The types of its streams leave their own properties open.
  const entries = through(source, parser as unknown as Sink<Source>, (error) => toReason(error, isTar));
  for await (const entry of entries) yield { header: entry.header, body: bodyOf(entry, entries), skip: () => void entry.resume() };
}

/** An entry that breaks off does not know why; the archive does. */
async function* bodyOf(entry: Source, entries: AsyncGenerator<unknown>): AsyncGenerator<Uint8Array> {
  try {
    yield* entry;
  } catch (error) {
    await entries.next();
    throw error;
  }
}

function toReason(cause: Error, isTar: boolean): CloudError {
  if (!isTar) return new CloudError('invalid', 'it is no tar archive', { reason: 'noTar', cause });
  if (cause.message === 'Unexpected end of data') return new CloudError('invalid', 'it is cut off', { reason: 'tarCutOff', cause });
  return new CloudError('invalid', 'it is damaged', { reason: 'tarDamaged', cause });
}
