import type { Container } from 'dockerode';
import { CloudError, type InstanceSpec } from '@novadock/model';
import { extract, pack } from 'tar-stream';
import type { Engine } from './engine.ts';
import { fromDockerError, hasStatus } from './errors.ts';

const folder = 'root/.ssh';
const file = `${folder}/authorized_keys`;
const maxKeysBytes = 64 * 1024;

/** Root of the container, which has never run, can be logged in to with the spec's keys and with those that its image has. Repeatable. */
export async function installAuthorizedKeys(engine: Engine, container: Container, spec: InstanceSpec): Promise<void> {
  try {
    const inImage = engine.imageKeys.get(spec.image.engineId) ?? (await readKeys(container));
    engine.imageKeys.set(spec.image.engineId, inImage);
    await container.putArchive(await toArchive(mergeKeys(inImage, spec.authorizedKeys)), { path: '/' });
  } catch (error) {
    throw fromDockerError(error);
  }
}

/** The lines of a file of keys, and behind them the keys that it lacks. */
export function mergeKeys(text: string, keys: string[]): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return `${[...new Set([...lines, ...keys.map((key) => key.trim())])].join('\n')}\n`;
}

async function readKeys(container: Container): Promise<string> {
  try {
    const archive = await container.getArchive({ path: `/${file}` });
    return await readOnlyEntry(archive);
  } catch (error) {
    if (hasStatus(error, 404)) return '';
    throw error;
  }
}

async function readOnlyEntry(archive: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const entry of archive.pipe(extract())) {
    // The file is the image's, which a user made.
    if ((entry.header.size ?? 0) > maxKeysBytes) throw new CloudError('invalid', `The image's /${file} is larger than ${maxKeysBytes} bytes: no key can be added to it.`, { reason: 'keysTooLarge' });
    for await (const chunk of entry) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

async function toArchive(keys: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: `${folder}/`, type: 'directory', mode: 0o700, uid: 0, gid: 0 });
  archive.entry({ name: file, mode: 0o600, uid: 0, gid: 0 }, keys);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
