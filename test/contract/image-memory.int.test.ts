import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImageCloud, type ImageCloud } from './image-cloud.ts';

const mebibyte = 1024 ** 2;
const slackBytes = 100 * mebibyte;

let cloud: ImageCloud;
beforeAll(async () => { cloud = await createImageCloud(); });
afterAll(() => cloud.close());

it('large uploads and downloads need no more memory than small ones', async () => {
  await cloud.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = cloud.app.server.address() as AddressInfo;
  const small = await peakOfRoundTrip(port, 50 * mebibyte);
  const large = await peakOfRoundTrip(port, 400 * mebibyte);
  expect(large - small).toBeLessThan(slackBytes);
});

/** Uploads so many bytes and downloads them again; the most memory this process had meanwhile. */
async function peakOfRoundTrip(port: number, bytes: number): Promise<number> {
  const path = `/image/v2/images/${await cloud.addImage()}/file`;
  let peak = 0;
  const look = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  const call = request({ port, method: 'PUT', path, headers: { 'x-auth-token': cloud.admin, 'content-type': 'application/octet-stream' } });
  const piece = Buffer.alloc(mebibyte, 'novadock');
  for (let sent = 0; sent < bytes; sent += mebibyte) {
    if (!call.write(piece)) await once(call, 'drain');
    look();
  }
  const [stored] = (await once(call.end(), 'response')) as [IncomingMessage];
  expect(stored.resume().statusCode).toBe(204);
  const [sent] = (await once(request({ port, path, headers: { 'x-auth-token': cloud.admin } }).end(), 'response')) as [IncomingMessage];
  let received = 0;
  for await (const part of sent as AsyncIterable<Buffer>) {
    received += part.length;
    look();
  }
  expect(received).toBe(bytes);
  return peak;
}
