import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { recoverUploads } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { helloImage, legacyEntries, makeConfig, makeLayer, makeTar, sha256 } from '../../libs/cloud/src/images/archive/make-archive.ts';
import { createImageCloud, type ImageCloud } from './image-cloud.ts';

let cloud: ImageCloud;
let port: number;
beforeAll(async () => {
  cloud = await createImageCloud();
  await cloud.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = cloud.app.server.address() as AddressInfo);
});
afterAll(() => cloud.close());

const row = (id: string) => cloud.store.prisma.image.findUniqueOrThrow({ where: { id } });
const untilStatus = (id: string, status: string) => vi.waitFor(async () => expect((await row(id)).status).toBe(status), { timeout: 20_000, interval: 20 });

/** Begins an upload over a real connection. */
function upload(id: string, headers: Record<string, string | number> = {}): ClientRequest {
  const call = request({ port, method: 'PUT', path: `/image/v2/images/${id}/file`, headers: { 'x-auth-token': cloud.admin, accept: 'application/json', 'content-type': 'application/octet-stream', ...headers } });
  call.on('error', () => {});
  call.flushHeaders();
  return call;
}

async function answerTo(call: ClientRequest): Promise<{ status: number | undefined; body: string }> {
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

describe('an upload', () => {
  it('of an archive is found bootable while it passes, and comes back byte for byte', async () => {
    const layers = [await makeLayer('bin/hello', 5_000_000), await makeLayer('etc/hello', 1_500_000)];
    const config = makeConfig(layers, { architecture: 'arm64' });
    const archive = await makeTar(legacyEntries({ layers, config }));
    const id = await cloud.addImage();
    const call = upload(id);
    // Pieces of odd sizes, so that blocks end anywhere.
    for (let at = 0; at < archive.length; at += 77_777) if (!call.write(archive.subarray(at, at + 77_777))) await once(call, 'drain');
    call.end();
    expect((await answerTo(call)).status).toBe(204);
    expect(await row(id)).toMatchObject({
      status: 'active', sizeBytes: BigInt(archive.length), md5: createHash('md5').update(archive).digest('hex'), sha512: createHash('sha512').update(archive).digest('hex'),
      engineId: `sha256:${sha256(config)}`, architecture: 'arm64', contentBytes: 6_500_000n, unbootableReason: null,
    });
    const file = await cloud.app.inject({ method: 'GET', url: `/image/v2/images/${id}/file`, headers: { 'x-auth-token': cloud.admin } });
    expect(file.rawPayload.equals(archive)).toBe(true);
    const part = await cloud.app.inject({ method: 'GET', url: `/image/v2/images/${id}/file`, headers: { 'x-auth-token': cloud.admin, range: 'bytes=1048570-3145740' } });
    expect(part.rawPayload.equals(archive.subarray(1_048_570, 3_145_741))).toBe(true);
  });

  it('of anything else is taken, too, with the reason why it cannot be booted', async () => {
    for (const [bytes, reason] of [[Buffer.alloc(1024, 'x'), /no tar archive/], [Buffer.alloc(0), /empty/], [Buffer.alloc(3 * 1024 ** 2, 7), /no tar archive/]] as const) {
      const id = await cloud.addImage({}, bytes);
      expect(await row(id)).toMatchObject({ status: 'active', sizeBytes: BigInt(bytes.length), md5: createHash('md5').update(bytes).digest('hex'), engineId: null, unbootableReason: expect.stringMatching(reason) as string });
    }
  });

  it('is saving while it runs, and nobody else can upload meanwhile', async () => {
    const id = await cloud.addImage();
    const first = upload(id);
    first.write('hello ');
    await untilStatus(id, 'saving');
    expect(await answerTo(upload(id).end('other'))).toEqual({ status: 409, body: expect.stringContaining('Image status transition from saving to saving is not allowed') as string });
    expect(await cloud.ask(`GET /v2/images/${id}/file`)).toMatchObject({ status: 204 });
    first.end('docker');
    expect((await answerTo(first)).status).toBe(204);
    expect((await cloud.ask(`GET /v2/images/${id}/file`)).text).toBe('hello docker');
  });

  it.each([
    ['whose client goes away', {}, 'hello'],
    ['that ends before its Content-Length', { 'content-length': 900_000 }, 'hello'],
    ['whose client goes away after megabytes', {}, Buffer.alloc(5_000_000, 1)],
  ] as [string, Record<string, number>, string | Buffer][])('%s leaves nothing, and the image waits for another', async (_name, headers, bytes) => {
    const id = await cloud.addImage();
    const before = await cloud.blobs();
    const call = upload(id, headers);
    call.write(bytes);
    await untilStatus(id, 'saving');
    await vi.waitFor(async () => expect((await cloud.blobs()).length).toBe(before.length + 1), { timeout: 20_000, interval: 20 });
    call.destroy();
    await untilStatus(id, 'queued');
    expect(await cloud.blobs()).toEqual(before);
    expect(await row(id)).toMatchObject({ blob: null, sizeBytes: null, md5: null });
    await cloud.ask(`PUT /v2/images/${id}/file`, { body: Buffer.from('again'), type: 'application/octet-stream' });
    expect((await row(id)).status).toBe('active');
  });

  it('of another size than announced leaves nothing', async () => {
    const id = await cloud.addImage();
    const before = await cloud.blobs();
    const answer = await answerTo(upload(id, { 'x-openstack-image-size': 6 }).end('hello'));
    expect(answer).toEqual({ status: 400, body: expect.stringContaining('has 5 bytes, not 6 as announced') as string });
    expect(await cloud.blobs()).toEqual(before);
    expect((await row(id)).status).toBe('queued');
    expect((await answerTo(upload(id, { 'x-openstack-image-size': 5 }).end('hello'))).status).toBe(204);
  });

  it('of an image that is deleted meanwhile leaves nothing', async () => {
    const id = await cloud.addImage();
    const before = await cloud.blobs();
    const call = upload(id);
    call.write('hello');
    await untilStatus(id, 'saving');
    expect((await cloud.ask(`DELETE /v2/images/${id}`)).status).toBe(204);
    call.end();
    expect(await answerTo(call)).toEqual({ status: 410, body: expect.stringContaining('may have been deleted during the upload') as string });
    expect(await cloud.blobs()).toEqual(before);
  });

  it('that the disk has no room for is refused, and the client is told while it still sends', async () => {
    const id = await cloud.addImage();
    const full = { ...cloud.cloud.blobs };
    cloud.cloud.blobs.write = async (_key, source) => {
      for await (const _ of source) throw new CloudError('exhausted', 'Image storage media is full', { reason: 'storageFull' });
      return { sizeBytes: 0 };
    };
    try {
      const call = upload(id);
      // A client that listens only when it has sent everything hears it, too.
      for (let piece = 0; piece < 100; piece += 1) if (!call.write(Buffer.alloc(100_000))) await once(call, 'drain');
      expect(await answerTo(call.end())).toEqual({ status: 413, body: expect.stringContaining('"413 Request Entity Too Large"') as string });
    } finally {
      cloud.cloud.blobs.write = full.write;
    }
    expect((await row(id)).status).toBe('queued');
  });
});

describe('after a crash', () => {
  const age = (id: string, seconds: number) => cloud.store.pool.query(`UPDATE "Image" SET "updatedAt" = now() - $2 * interval '1 second' WHERE id = $1`, [id, seconds]);

  it('images that were being uploaded are queued again and their bytes go, those of uploads that go on stay', async () => {
    const [dead, alive] = [await cloud.addImage(), await cloud.addImage()];
    const calls = [upload(dead), upload(alive)];
    for (const call of calls) call.write('hello');
    await Promise.all([untilStatus(dead, 'saving'), untilStatus(alive, 'saving')]);
    await age(dead, 60);
    await recoverUploads(cloud.cloud);
    expect([(await row(dead)).status, (await row(alive)).status]).toEqual(['queued', 'saving']);
    const [given, kept] = await Promise.all(calls.map((call) => answerTo(call.end(' docker'))));
    // The upload that was given up is not let in again.
    expect(given!.status).toBeGreaterThanOrEqual(400);
    expect(kept!.status).toBe(204);
    expect([(await row(dead)).status, (await row(alive)).status]).toEqual(['queued', 'active']);
    expect(await cloud.blobs()).not.toContain((await row(dead)).blob);
  });

  it('the only replica takes all uploads for left', async () => {
    const id = await cloud.addImage();
    await cloud.store.prisma.image.update({ where: { id }, data: { status: 'saving', blob: randomUUID() } });
    await recoverUploads(cloud.cloud, { alone: true });
    expect(await row(id)).toMatchObject({ status: 'queued', blob: null });
  });

  it('the bytes of an image that was deleted go', async () => {
    const id = await cloud.addImage({}, Buffer.from('hello'));
    const { blob } = await row(id);
    await cloud.store.prisma.image.update({ where: { id }, data: { status: 'deleted', deletedAt: new Date() } });
    await recoverUploads(cloud.cloud);
    expect(await cloud.blobs()).not.toContain(blob);
    expect((await row(id)).blob).toBeNull();
  });
});

it('a bootable image is the same to the engine by whatever name', async () => {
  const archive = await makeTar(legacyEntries(await helloImage()));
  const ids = [await cloud.addImage({ id: randomUUID(), name: 'one' }, archive), await cloud.addImage({ name: 'zwei' }, archive)];
  const [one, two] = await Promise.all(ids.map(row));
  expect(one!.engineId).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(two!.engineId).toBe(one!.engineId);
});
