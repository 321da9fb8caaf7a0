import { CloudError, type ImageRef } from '@novadock/model';
import type { Engine } from '../engine.ts';
import { fromDockerError, ignoring } from '../errors.ts';
import { hasImage } from './has-image.ts';
import { rewriteArchive } from './rewrite-archive.ts';

/**
 * The engine has the image: it had it, or the archive was loaded. Throws `invalid` when the archive does not hold it; then
 * nothing of it is kept.
 */
export async function putImage(engine: Engine, image: ImageRef, archive: AsyncIterable<Uint8Array>): Promise<void> {
  if (await hasImage(engine, image.engineId)) return;
  const before = new Set((await engine.docker.listImages({ all: true }).catch(reject)).map(({ Id }) => Id));
  const loaded = await load(engine, image, archive);
  if (await hasImage(engine, image.engineId)) return;
  for (const id of loaded.filter((each) => !before.has(each))) await ignoring([404, 409], engine.docker.getImage(id).remove());
  throw new CloudError('invalid', `The archive does not hold the image ${image.engineId}, but ${loaded.join(', ') || 'none'}.`, { reason: 'imageMismatch' });
}

/** The ids of the images that an archive held; names it has none but ours. */
async function load(engine: Engine, image: ImageRef, archive: AsyncIterable<Uint8Array>): Promise<string[]> {
  let said = '';
  try {
    const progress = await engine.patient.loadImage(rewriteArchive(image, archive), { quiet: true });
    for await (const chunk of progress) said += String(chunk);
  } catch (error) {
    throw fromDockerError(error);
  }
  const failure = /"error":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  if (failure !== undefined) throw new CloudError('invalid', `The engine cannot load the image: ${failure}`);
  return [...said.matchAll(/Loaded image ID: (sha256:[0-9a-f]{64})/g)].map(([, id = '']) => id);
}

function reject(error: unknown): never {
  throw fromDockerError(error);
}
