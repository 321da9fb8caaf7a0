import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json, text } from 'node:stream/consumers';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { createAuthority, createPrivateKey, publicKeyPin, type Authority } from '@novadock/rpc';
import Fastify from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createApiServer } from './create-api-server.ts';
import { openApiTls, type ApiTls, type CertificateSource } from './open-api-tls.ts';
import { ownCertificate } from './own-certificate.ts';
import { splitConnections } from './split-connections.ts';

const run = promisify(execFile);
const refused = 'HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 24\r\nconnection: close\r\n\r\nThis port speaks HTTPS.\n';
/** An address of this machine under which it is not its own loopback. */
const outside = Object.values(networkInterfaces()).flatMap((list) => list ?? []).find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
const key = createPrivateKey();
const names = ['localhost', '127.0.0.1', '::1', outside];
let authority: Authority;
let source: CertificateSource;
let tls: ApiTls;
let folder: string;
let closers: (() => unknown)[];

beforeAll(async () => {
  expect(outside).not.toBe('');
  authority = await createAuthority();
  source = ownCertificate({ authority, key, names: () => [...names] });
  folder = await mkdtemp(join(tmpdir(), 'novadock-tls-'));
  await writeFile(join(folder, 'ca.pem'), authority.certificate);
  closers = [];
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(() => rm(folder, { recursive: true }));

const log = { info: () => {}, warn: () => {} };

async function listen(held = { paused: false }) {
  tls = await openApiTls({ source: (current) => source(current), log, everyMs: 10 });
  const app = Fastify({ serverFactory: (handler, options) => createApiServer(tls, handler, options), forceCloseConnections: true, bodyLimit: 2 ** 31 });
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.get('/', async ({ ip, protocol, host }) => ({ ip, protocol, host }));
  app.get('/silence', () => new Promise(() => {}));
  app.post('/', async (request) => {
    const hash = createHash('sha256');
    while (held.paused) await new Promise((resolve) => setTimeout(resolve, 5));
    for await (const chunk of request.body as Readable) hash.update(chunk as Buffer);
    return { digest: hash.digest('hex') };
  });
  await app.listen({ host: '0.0.0.0', port: 0 });
  closers.push(() => app.close(), () => tls.close());
  return { app, port: (app.server.address() as AddressInfo).port };
}

/** All that is answered to what is sent. */
async function exchange(socket: Socket, bytes: string): Promise<string> {
  socket.on('error', () => {});
  socket.write(bytes);
  return text(socket);
}

const connections = (server: Server) => promisify(server.getConnections.bind(server))();

test('plain HTTP is answered to this machine, on one connection for many requests', async () => {
  const { app, port } = await listen();
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const ask = async () => {
    const [reply] = (await once(httpRequest({ port, host: '127.0.0.1', agent }).end(), 'response')) as [Readable];
    return json(reply);
  };
  for (let times = 0; times < 3; times += 1) expect(await ask()).toEqual({ ip: '127.0.0.1', protocol: 'http', host: `127.0.0.1:${port}` });
  expect(await connections(app.server)).toBe(1);
  const two = `GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: y\r\nconnection: close\r\n\r\n`;
  expect(await exchange(connect(port, '127.0.0.1'), two)).toMatch(/"host":"x"[^]*"host":"y"/);
  agent.destroy();
});

test('a request that comes byte by byte is read whole', async () => {
  const { port } = await listen();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const answered = text(socket);
  for (const byte of 'GET / HTTP/1.1\r\nhost: slow\r\nconnection: close\r\n\r\n') {
    socket.write(byte);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(await answered).toContain('"host":"slow"');
});

test('plain HTTP from elsewhere is told that this is HTTPS, and nothing else, however much it sends', async () => {
  const { app, port } = await listen();
  expect(await exchange(connect(port, outside), 'GET / HTTP/1.1\r\nhost: x\r\n\r\n')).toBe(refused);
  expect(await exchange(connect(port, outside), `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\n${'x'.repeat(2_000_000)}`)).toBe(refused);
  await expect.poll(() => connections(app.server)).toBe(0);
});

test('TLS is answered to everybody: curl accepts its chain by the authority, and its key by the pin', async () => {
  const { port } = await listen();
  const url = `https://${outside}:${port}/`;
  const curl = async (...args: string[]) => JSON.parse((await run('curl', ['-sS', ...args, url])).stdout) as unknown;
  const answer = { ip: outside, protocol: 'https', host: `${outside}:${port}` };
  expect(await curl('--cacert', join(folder, 'ca.pem'))).toEqual(answer);
  expect(await curl('-k', '--pinnedpubkey', publicKeyPin(key))).toEqual(answer);
  await expect(curl('-k', '--pinnedpubkey', publicKeyPin(createPrivateKey()))).rejects.toMatchObject({ code: 90 });
  await expect(curl()).rejects.toMatchObject({ code: 60 });
});

test('a new certificate is shown to new connections; those that are open go on', async () => {
  const { port } = await listen();
  const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ca: authority.certificate });
  const ask = async () => {
    const [reply] = (await once(httpsRequest({ port, host: '127.0.0.1', agent }).end(), 'response')) as [Readable];
    return json(reply);
  };
  const serial = async () => {
    const socket = connectTls({ port, host: outside, ca: authority.certificate });
    await once(socket, 'secureConnect');
    const { serialNumber, subjectaltname } = socket.getPeerCertificate();
    socket.destroy();
    return { serialNumber, subjectaltname };
  };
  await ask();
  const before = await serial();
  names.push('new.example');
  await expect.poll(serial).toMatchObject({ subjectaltname: expect.stringContaining('DNS:new.example') as unknown });
  expect((await serial()).serialNumber).not.toBe(before.serialNumber);
  expect(await ask()).toMatchObject({ protocol: 'https' });
  agent.destroy();
});

test('without a good new certificate the old one stays', async () => {
  const { port } = await listen();
  const good = source;
  let asked = 0;
  source = async () => ((asked += 1), Promise.reject(new Error('disk full')));
  await expect.poll(() => asked).toBeGreaterThan(1);
  expect((await run('curl', ['-sS', '--cacert', join(folder, 'ca.pem'), `https://localhost:${port}/`])).stdout).toContain('https');
  source = good;
});

test.each(['http', 'https'] as const)('an upload by %s comes whole, and waits while it is not read', async (scheme) => {
  const held = { paused: true };
  const { port } = await listen(held);
  const data = randomBytes(32 * 1024 * 1024);
  const request = (scheme === 'http' ? httpRequest : httpsRequest)({ port, host: '127.0.0.1', method: 'POST', ca: authority.certificate, headers: { 'content-type': 'application/octet-stream' } });
  const replied = once(request, 'response') as Promise<[Readable]>;
  let sent = 0;
  Readable.from((function* () {
    for (let at = 0; at < data.length; at += 65_536) {
      sent = at;
      yield data.subarray(at, at + 65_536);
    }
  })()).pipe(request);
  // It stops somewhere: what is under way fills the kernel's buffers and no more.
  let before = -1;
  await expect.poll(() => [before === sent && sent > 0, (before = sent)][0], { interval: 100 }).toBe(true);
  expect(sent).toBeLessThan(data.length - 4 * 1024 * 1024);
  held.paused = false;
  expect(await json((await replied)[0])).toEqual({ digest: createHash('sha256').update(data).digest('hex') });
});

test('who says nothing is dropped, as is who says nonsense after the first byte of a handshake', async () => {
  const server = createServer((_request, reply) => reply.end('x'));
  splitConnections(server, createTlsServer({ ...tls.certificate(), handshakeTimeout: 50 }), { silentMs: 50 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const started = Date.now();
  await once(connect(port, '127.0.0.1').resume(), 'close');
  for (const bytes of ['\u0016 nonsense that is no handshake at all', '\u0016']) await exchange(connect(port, '127.0.0.1'), bytes);
  connect(port, '127.0.0.1').on('error', () => {}).end();
  await expect.poll(() => connections(server)).toBe(0);
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('closing waits for nobody: silent, idle, asking, half a handshake, by TLS or not', async () => {
  const { app, port } = await listen();
  const idleTls = connectTls({ port, host: '127.0.0.1', ca: authority.certificate });
  await once(idleTls, 'secureConnect');
  const sockets = [idleTls, connect(port, '127.0.0.1'), connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  sockets[2]?.write('\u0016');
  sockets[3]?.write('GET /silence HTTP/1.1\r\nhost: x\r\n\r\n');
  const closed = sockets.map((socket) => once(socket.on('error', () => {}).resume(), 'close'));
  await expect.poll(() => connections(app.server)).toBe(4);
  const started = Date.now();
  await app.close();
  expect(Date.now() - started).toBeLessThan(2_000);
  await Promise.all(closed);
});
