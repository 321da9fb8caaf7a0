import { CloudError } from '@novadock/model';
import { quote, staysInside } from './paths.ts';
import { tarEntries } from './tar-entries.ts';

/** More than this no layer may unpack to: what does is made to fill disks. */
const maxContentBytes = 128 * 1024 ** 3;

/** Adds up the files in a layer's tar while it passes. Throws `invalid` with what is wrong when it is no safe layer. */
export async function countContent(layer: AsyncIterable<Uint8Array>): Promise<number> {
  let contentBytes = 0;
  for await (const { header, skip } of tarEntries(layer)) {
    const { name, type, linkname, size } = header;
    if (type === null) throw new CloudError('invalid', `its entry ${quote(name)} is of an unknown kind`);
    // Symbolic links may point anywhere, they are followed inside the container; names and hard links are followed by the engine.
    const outside = [name, ...(type === 'link' ? [linkname ?? ''] : [])].find((path) => !staysInside(path));
    if (outside !== undefined) throw new CloudError('invalid', `its entry ${quote(outside)} points out of it`);
    contentBytes += size;
    if (contentBytes > maxContentBytes) throw new CloudError('invalid', `it unpacks to more than ${maxContentBytes / 1024 ** 3} GiB`);
    skip();
  }
  return contentBytes;
}
