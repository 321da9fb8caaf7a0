import { CloudError } from '@novadock/model';
import { extract, type Header } from 'tar-stream';
import { through, type Sink } from './through.ts';

/** An entry: its header, and a stream of its content. */
export type Entry = AsyncIterable<Uint8Array> & { header: Header; resume(): unknown };

/**
 * The entries of a tar archive one after another; each must be read or resumed before the next. Throws `invalid` when it is none
 * (reason `noTar`), is cut off (`tarCutOff`) or damaged (`tarDamaged`), and what the source throws.
 */
export function tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  // Layers may be of the oldest format, which has no mark of its own; the checksum of each header still tells what is no tar.
  const options: object = { allowUnknownFormat: true };
  const parser = extract(options);
  let isTar = false;
  parser.once('entry', () => (isTar = true));
  // Its types leave the streams' own properties open.
  return through(source, parser as unknown as Sink<Entry>, (cause) => {
    if (!isTar) return new CloudError('invalid', 'it is no tar archive', { reason: 'noTar', cause });
    if (cause.message === 'Unexpected end of data') return new CloudError('invalid', 'it is cut off', { reason: 'tarCutOff', cause });
    return new CloudError('invalid', 'it is damaged', { reason: 'tarDamaged', cause });
  });
}
