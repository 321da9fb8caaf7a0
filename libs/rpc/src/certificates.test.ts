import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CloudError, type AgentService, type InstancesUpdate, type InstanceStatus } from '@novadock/model';
import {
  assertHostCertificate, connectAgent, createAuthority, createCertificateRequest, createControlPlaneCertificate, createLiveIdentity, publicKeyHash, readCertificateRequest, renewAtMs, serveAgent, signHostCertificate, type Authority,
} from './index.ts';

const hourMs = 3_600_000;
const hostId = 'host-1';
let authority: Authority;
let closers: (() => unknown)[];

beforeEach(async () => {
  authority = await createAuthority();
  closers = [];
});
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
});

async function hostIdentity(lifeMs?: number, key?: string) {
  const made = await createCertificateRequest(hostId, key);
  return { authority: authority.certificate, key: made.key, certificate: await signHostCertificate(authority, made.request, hostId, lifeMs) };
}
const controlIdentity = async (lifeMs?: number) => ({ authority: authority.certificate, ...(await createControlPlaneCertificate(authority, lifeMs)) });

const status: InstanceStatus = { id: 'i', generation: 0, power: 'running', containerId: '', exitCode: 0, oomKilled: false, startedAtMs: 0, finishedAtMs: 0, error: undefined, step: '', restarts: 0, lostToRestart: false };

/** An agent whose stream counts: an item every few milliseconds. */
async function serve(identity: Parameters<typeof serveAgent>[0]['identity']) {
  const agent = {
    hasImage: async () => true,
    async *watchInstances(_request: unknown, signal: AbortSignal): AsyncGenerator<InstancesUpdate> {
      for (let generation = 1; !signal.aborted; generation += 1) {
        yield { one: { ...status, generation } };
        await delay(2);
      }
    },
  } as unknown as AgentService;
  const server = await serveAgent({ agent, address: '127.0.0.1:0', identity, onError: () => {} });
  closers.push(server.close);
  return { address: `127.0.0.1:${server.port}`, port: server.port };
}

function dial(address: string, identity: Parameters<typeof connectAgent>[0]['identity']) {
  const client = connectAgent({ address, hostId, identity });
  closers.push(client.close);
  return client;
}

/** The serial number of the certificate that a new connection is shown. */
async function serialAt(port: number) {
  const { authority: ca, certificate: cert, key } = await controlIdentity();
  const socket = connect({ port, host: '127.0.0.1', ca, cert, key, servername: `${hostId}.host.novadock`, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test('a stream goes on while both sides renew their certificates, and new connections show the new ones', async () => {
  const old = await hostIdentity();
  const [host, control] = [createLiveIdentity(old), createLiveIdentity(await controlIdentity())];
  const { address, port } = await serve(host);
  const before = await serialAt(port);
  const client = dial(address, control);
  let next = 1;
  for await (const update of client.watchInstances({ epoch: 1 }, new AbortController().signal)) {
    expect(update).toMatchObject({ one: { generation: next } });
    if (next % 20 === 0) {
      host.replace(await hostIdentity(undefined, old.key));
      control.replace(await controlIdentity());
    }
    if ((next += 1) > 100) break;
  }
  expect(await serialAt(port)).not.toBe(before);
  expect(await dial(address, control).hasImage('x')).toBe(true);
});

test('a host whose certificate is over is not spoken to, until it is renewed', async () => {
  const old = await hostIdentity(-1_000);
  const identity = createLiveIdentity(old);
  const { address } = await serve(identity);
  const client = dial(address, await controlIdentity());
  await expect(client.hasImage('x')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('expired') as unknown });
  identity.replace(await hostIdentity(hourMs, old.key));
  await expect.poll(() => client.hasImage('x').catch(() => false)).toBe(true);
});

test('a control plane whose certificate is over is not answered, until it is renewed', async () => {
  const { address } = await serve(await hostIdentity());
  const identity = createLiveIdentity(await controlIdentity(-1_000));
  const client = dial(address, identity);
  await expect(client.hasImage('x')).rejects.toBeInstanceOf(CloudError);
  identity.replace(await controlIdentity());
  await expect.poll(() => client.hasImage('x').catch(() => false)).toBe(true);
});

test('a channel that is closed ends its streams and calls at once', async () => {
  const { address } = await serve(await hostIdentity());
  const client = dial(address, await controlIdentity());
  expect(await client.hasImage('x')).toBe(true);
  const stream = client.watchInstances({ epoch: 1 }, new AbortController().signal)[Symbol.asyncIterator]();
  await stream.next();
  client.close();
  // What had come by then may still be read.
  await expect((async () => { while ((await stream.next()).done !== true); })()).rejects.toMatchObject({ code: 'unavailable', reason: 'hostDown' });
  await expect(client.hasImage('x')).rejects.toMatchObject({ code: 'unavailable' });
});

test('a host believes only a certificate of its own key and id that its authority signed and that is not over', async () => {
  const { key, certificate } = await hostIdentity();
  const check = (text: string) => assertHostCertificate({ authority: authority.certificate, key, hostId, certificate: text });
  expect(() => check(certificate)).not.toThrow();
  const { request } = await createCertificateRequest(hostId, key);
  for (const [text, why] of [
    ['nonsense', 'none'],
    [(await hostIdentity()).certificate, 'another key'],
    [await signHostCertificate(authority, request, 'host-2'), 'another host'],
    [await signHostCertificate(await createAuthority(), request, hostId), 'another authority'],
    [await signHostCertificate(authority, request, hostId, -1_000), 'good until'],
  ] as const) expect(() => check(text), why).toThrow(expect.objectContaining({ code: 'unauthenticated', message: expect.stringContaining(why) as unknown }));
});

test('a certificate is for a day and renewed at half of it; its request names the key that it keeps', async () => {
  const { key, certificate } = await hostIdentity();
  expect(Math.abs(renewAtMs(certificate) - Date.now() - 12 * hourMs)).toBeLessThan(hourMs / 4);
  const { request } = await createCertificateRequest(hostId, key);
  expect((await readCertificateRequest(request)).keyHash).toBe(publicKeyHash(certificate).toString('hex'));
  const body = request.split('\n');
  body[3] = `${(body[3] ?? '').slice(0, -4)}AAAA`;
  await expect(readCertificateRequest(body.join('\n'))).rejects.toMatchObject({ code: 'invalid' });
  await expect(readCertificateRequest('no request')).rejects.toMatchObject({ code: 'invalid' });
});
