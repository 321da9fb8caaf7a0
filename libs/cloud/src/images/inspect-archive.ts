import { posix } from 'node:path';
import { CloudError } from '@novadock/model';
import { compressionOf } from './archive/compression.ts';
import { inspectFile } from './archive/inspect-file.ts';
import { judgeArchive, notExport, type ArchiveContent } from './archive/judge-archive.ts';
import { plainPath, quote, staysInside } from './archive/paths.ts';
import { peek } from './archive/peek.ts';
import { tarEntries, type Entry } from './archive/tar-entries.ts';

/**
 * What an upload turned out to be. `engineId` is the engine's id of the image; `architecture` as Go names it (amd64); `contentBytes`, of
 * the files in its layers. `unbootableReason` is a sentence for the user.
 */
export type Inspection = { engineId: string; architecture: string; contentBytes: number; repoTags: string[] } | { unbootableReason: string };

// A real archive has a few files for each of at most 127 layers.
const maxEntries = 10_000;
const maxJsonBytes = 4 * 1024 ** 2;
const maxAllJsonBytes = 16 * 1024 ** 2;

/**
 * Finds out whether bytes that pass are a `docker save` archive that an engine can load and run, legacy or OCI layout, in memory that does
 * not grow with them and without unpacking them. Reads the source to its end; throws only what the source throws.
 */
export async function inspectArchive(source: AsyncIterable<Uint8Array>): Promise<Inspection> {
  const { head, whole } = await peek(source, 5);
  try {
    if (head.length === 0) throw new CloudError('invalid', 'It is empty.');
    const compression = compressionOf(head);
    if (compression !== undefined) throw new CloudError('invalid', `It is compressed with ${compression.name}. Upload the plain output of \`docker save\`.`);
    return judgeArchive(await readContent(whole));
  } catch (error) {
    for await (const _ of whole);
    if (error instanceof CloudError) return { unbootableReason: wordings[error.reason ?? ''] ?? error.message };
    throw error;
  }
}

const wordings: Record<string, string> = {
  noTar: 'It is no tar archive. Upload the output of `docker save`.',
  tarCutOff: 'It is cut off: the tar archive ends in the middle. Save and upload it again.',
  tarDamaged: 'It is damaged: the tar archive cannot be read to its end. Save and upload it again.',
};

async function readContent(source: AsyncIterable<Uint8Array>): Promise<ArchiveContent> {
  const content: ArchiveContent = { files: new Map(), links: new Map() };
  let jsonBytesLeft = maxAllJsonBytes;
  let entries = 0;
  for await (const entry of tarEntries(source)) {
    entries += 1;
    if (entries > maxEntries) throw new CloudError('invalid', `It has more than ${maxEntries} entries, so it is no output of \`docker save\`. ${notExport}`);
    const path = safePath(entry.header.name);
    const target = linkTarget(entry);
    if (target !== undefined) content.links.set(path, target);
    if (entry.header.type !== 'file' || entry.header.name.endsWith('/')) {
      entry.skip();
      continue;
    }
    const file = await inspectFile(entry.body, Math.min(maxJsonBytes, jsonBytesLeft));
    jsonBytesLeft -= file.json?.length ?? 0;
    if ((content.files.get(path)?.sha256 ?? file.sha256) !== file.sha256) throw new CloudError('invalid', `It has ${quote(path)} twice, with different content.`);
    content.files.set(path, file);
  }
  return content;
}

/** What a link points to, as a path in the archive. Throws `invalid` for what is neither file, folder nor a link within the archive. */
function linkTarget({ header }: Entry): string | undefined {
  const linkname = header.linkname ?? '';
  switch (header.type) {
    case 'file':
    case 'directory':
      return undefined;
    case 'link':
      return safeTarget(header.name, linkname);
    case 'symlink':
      return safeTarget(header.name, posix.isAbsolute(linkname) ? linkname : posix.join(posix.dirname(header.name), linkname));
    default:
      throw new CloudError('invalid', `Its entry ${quote(header.name)} is a ${header.type ?? 'thing of an unknown kind'}, which no \`docker save\` writes. ${notExport}`);
  }
}

function safePath(path: string): string {
  if (!staysInside(path)) throw new CloudError('invalid', `Its entry ${quote(path)} points out of the archive.`);
  return plainPath(path);
}

function safeTarget(name: string, target: string): string {
  if (!staysInside(target)) throw new CloudError('invalid', `Its link ${quote(name)} points out of the archive. ${notExport}`);
  return plainPath(target);
}
