import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createApiCertificate, createAuthority, createPrivateKey, publicKeyPin, signHostCertificate, authorityFingerprint, type Authority } from '@novadock/rpc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAgentFolder, type AgentFolder } from './agent-folder.ts';
import { connectApi } from './connect-api.ts';
import { enrol } from './enrol.ts';

const hostId = '11111111-1111-4111-8111-111111111111';
const key = createPrivateKey();
let authority: Authority;
let token: string;
let server: Server;
let url: string;
/** All that was said to the server. */
let heard: string[];
let closers: (() => unknown)[];
let folder: AgentFolder;

const listen = async (one: HttpServer | NetServer) => {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  closers.push(() => one.close());
  return (one.address() as AddressInfo).port;
};

beforeEach(async () => {
  closers = [];
  heard = [];
  authority = await createAuthority();
  token = `id.secret.${await authorityFingerprint(authority.certificate)}`;
  const home = mkdtempSync(join(tmpdir(), 'nda-'));
  closers.push(() => rmSync(home, { recursive: true }));
  folder = await openAgentFolder(home);
  server = createServer({ key, cert: await createApiCertificate(authority, key, ['127.0.0.1']) }, (request, reply) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      heard.push(`${request.method} ${request.url} ${request.headers.host} ${text}`);
      const certificate = await signHostCertificate(authority, (JSON.parse(text) as { request: string }).request, hostId);
      reply.writeHead(201).end(JSON.stringify({ hostId, cloudId: 'cloud', certificate, authority: authority.certificate }));
    })();
  });
  url = `https://127.0.0.1:${await listen(server)}`;
});
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
});

test('with the right pin a host is enrolled over TLS, and remembers where', async () => {
  const enrolled = await enrol({ folder, url, token, pin: publicKeyPin(key), name: 'n1', port: 9774 });
  expect(enrolled).toMatchObject({ hostId, url, address: '127.0.0.1:9774' });
  expect(heard).toEqual([expect.stringContaining(`POST /v1/enrol ${new URL(url).host}`)]);
  expect((await folder.readEnrolled())?.url).toBe(url);
});

test('whoever shows another key than the one that is pinned is told nothing', async () => {
  const pin = publicKeyPin(createPrivateKey());
  await expect(enrol({ folder, url, token, pin, name: 'n1', port: 9774 })).rejects.toMatchObject({ code: 'unauthenticated', reason: 'wrongServer', message: expect.stringContaining('told nothing') as unknown });
  expect(heard).toEqual([]);
  expect(await folder.readEnrolled()).toBeUndefined();
});

test('without a pin only what the system trusts is believed', async () => {
  await expect(enrol({ folder, url, token, name: 'n1', port: 9774 })).rejects.toMatchObject({ code: 'unauthenticated', reason: 'wrongServer', message: expect.stringContaining('--pin') as unknown });
  expect(heard).toEqual([]);
});

test.each(['http://192.0.2.1:8774', 'http://cloud.example', 'http://[2001:db8::1]:8774'])('the token goes over no network in the open: %s', async (plain) => {
  await expect(enrol({ folder, url: plain, token, name: 'n1', port: 9774 })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('https') as unknown });
});

test('a pin is for https', async () => {
  await expect(enrol({ folder, url: 'http://127.0.0.1:1', token, pin: publicKeyPin(key), name: 'n1', port: 9774 })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('pin') as unknown });
});

test('an enrolment whose answer got lost is asked for again with the same key', async () => {
  let lost = true;
  server.prependListener('request', (request) => {
    if (lost) request.socket.destroy();
    lost = false;
  });
  const options = { folder, url, token, pin: publicKeyPin(key), name: 'n1', port: 9774 };
  await expect(enrol(options)).rejects.toMatchObject({ code: 'unavailable' });
  const kept = await folder.readKey();
  expect(kept).toContain('PRIVATE KEY');
  expect((await enrol(options)).key).toBe(kept);
});

test('who answers nothing, or no HTTP, is not there', async () => {
  const hangingUp = createNetServer((socket) => socket.destroy());
  const talking = createNetServer((socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\n'));
  for (const peer of [hangingUp, talking]) {
    const port = await listen(peer);
    await expect(connectApi({ url: `https://127.0.0.1:${port}`, trust: 'nothing' })).rejects.toMatchObject({ code: 'unavailable' });
    const plain = connectApi({ url: `http://127.0.0.1:${port}`, trust: 'nothing' }).then((api) => api.post('/', {}));
    await expect(plain).rejects.toMatchObject({ code: 'unavailable' });
  }
});

test('a refusal is passed on with its reason', async () => {
  const refusing = createHttpServer((_request, reply) => reply.writeHead(403).end(JSON.stringify({ detail: 'Host n1 is revoked.', code: 'hostRevoked' })));
  const api = await connectApi({ url: `http://127.0.0.1:${await listen(refusing)}`, trust: 'nothing' });
  await expect(api.post('/x', {})).rejects.toMatchObject({ code: 'forbidden', reason: 'hostRevoked', message: expect.stringContaining('Host n1 is revoked.') as unknown });
});
