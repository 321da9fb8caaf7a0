import { CloudError } from '@novadock/model';
import tar, { type Entry } from 'tar-stream';
import { through } from './through.ts';

/**
 * The entries of a tar archive one after another; each must be read or resumed before the next. Throws `invalid` when it is none
 * (reason `noTar`) or is cut off (`tarCutOff`), and what the source throws.
 */
export function tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  // Layers may be of the oldest format, which has no mark of its own; the checksum of each header still tells what is no tar.
  return through(source, tar.extract({ allowUnknownFormat: true }), (error) =>
    error.message === 'Unexpected end of data'
      ? new CloudError('invalid', 'it is cut off', { reason: 'tarCutOff', cause: error })
      : new CloudError('invalid', 'it is no tar archive', { reason: 'noTar', cause: error }));
}
