import { randomUUID } from 'node:crypto';
import { on } from 'node:events';
import { Readable } from 'node:stream';
import { CloudError } from '@novadock/model';
import { cancelUpload, findImageRow, finishUpload, inTransaction, keepUploadAlive, recordEvent, startUpload, type Image } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Auth } from '../identity/auth.ts';
import { DigestStream } from './digest/digest-stream.ts';
import type { Digest } from './digest/jobs.ts';
import { assertOwner, getImage } from './image-access.ts';

/** `sizeBytes`: how many there must be, where that was said. */
export type UploadImage = { imageId: string; bytes: AsyncIterable<Uint8Array>; sizeBytes?: number };

type Content = Digest & { sizeBytes: number };

/** How often an upload says that it goes on; see recoverUploads. */
const aliveMs = 5_000;

/**
 * Stores the bytes of a queued image, which is active when this returns, with its checksums and with what the bytes were found to be. Takes any
 * bytes. When they break off, or are not as many as was said, none are kept and the image is queued again. Throws `conflict` when the image is
 * not queued; `notFound` (reason `imageGone`) when it was deleted meanwhile; what the bytes throw, in words of ours where it is no CloudError.
 */
export async function uploadImage(cloud: Cloud, auth: Auth, { imageId, ...upload }: UploadImage): Promise<void> {
  const { store, blobs } = cloud;
  const image = await getImage(cloud, auth, imageId);
  assertUploadable(auth, image);
  const blob = randomUUID();
  if (!(await startUpload(store, image.id, blob))) throw notQueued((await getImage(cloud, auth, imageId)).status);
  const alive = setInterval(() => void keepUploadAlive(store, image.id, blob).catch(() => {}), aliveMs);
  try {
    await activate(cloud, { ...image, blob }, await receive(cloud, blob, upload));
  } catch (error) {
    // What fails here is left to recoverUploads.
    await blobs.remove(blob).then(() => cancelUpload(store, image.id, blob)).catch(() => {});
    throw (await findImageRow(store.prisma, image.id)) === null ? imageGone(image.id) : error;
  } finally {
    clearInterval(alive);
  }
}

function assertUploadable(auth: Auth, image: Image): void {
  assertOwner(auth, image, `Not allowed to upload image data for image ${image.id}`);
  if (image.status !== 'queued') throw notQueued(image.status);
  const missing = [image.diskFormat === null ? ['disk_format'] : [], image.containerFormat === null ? ['container_format'] : []].flat();
  if (missing.length === 1) throw new CloudError('invalid', `Property ${missing[0]} must be set prior to saving data.`);
  if (missing.length > 1) throw new CloudError('invalid', `Properties ${missing.join(', ')} must be set prior to saving data.`);
}

function notQueued(status: string): CloudError {
  return new CloudError('conflict', `Image status transition from ${status} to saving is not allowed`, { reason: 'imageNotQueued' });
}

async function receive({ blobs }: Cloud, blob: string, { bytes, sizeBytes: expected }: Omit<UploadImage, 'imageId'>): Promise<Content> {
  const digest = new DigestStream();
  try {
    const { sizeBytes } = await blobs.write(blob, digest.pass(piecesOf(bytes)));
    if (expected !== undefined && sizeBytes !== expected) throw new CloudError('invalid', `The image has ${sizeBytes} bytes, not ${expected} as announced. Upload it again.`, { reason: 'sizeMismatch' });
    return { ...(await digest.finish()), sizeBytes };
  } finally {
    await digest.stop();
  }
}

/** A source that breaks off, as when its client goes away, is no fault of ours. */
async function* piecesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes instanceof Readable ? piecesOfStream(bytes) : bytes;
  } catch (cause) {
    throw cause instanceof CloudError ? cause : new CloudError('invalid', 'The upload broke off. Upload the image again.', { reason: 'uploadCutOff', cause });
  }
}

/**
 * The pieces as they come; as an iterable a stream would join them. When the reading ends early the rest is dropped, not the connection: its client
 * is to be told why.
 */
async function* piecesOfStream(bytes: Readable): AsyncGenerator<Uint8Array> {
  bytes.on('error', () => {});
  try {
    if (!bytes.destroyed) for await (const [piece] of on(bytes, 'data', { close: ['end', 'close'], highWaterMark: 8, lowWaterMark: 2 })) yield piece;
  } finally {
    bytes.resume();
  }
  if (!bytes.readableEnded) throw new Error('The stream was closed before its end.', { cause: bytes.errored });
}

async function activate({ store }: Cloud, { id, blob, projectId, name }: Image & { blob: string }, { sizeBytes, checksums, inspection }: Content): Promise<void> {
  const found = 'engineId' in inspection ? inspection : { ...inspection, engineId: null, architecture: null, contentBytes: null };
  await inTransaction(store, async (tx) => {
    const image = await finishUpload(tx, {
      id, blob, sizeBytes: BigInt(sizeBytes), ...checksums,
      engineId: found.engineId, architecture: found.architecture,
      contentBytes: found.contentBytes === null ? null : BigInt(found.contentBytes),
      unbootableReason: 'unbootableReason' in found ? found.unbootableReason : null,
    });
    if (image === undefined) throw imageGone(id);
    await recordEvent(tx, { kind: 'image.uploaded', projectId, subjectId: id, data: { name, sizeBytes, engineId: found.engineId } });
  });
}

function imageGone(id: string): CloudError {
  return new CloudError('notFound', `Image ${id} could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded.`, { reason: 'imageGone' });
}
