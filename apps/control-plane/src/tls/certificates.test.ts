import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiCertificate, createAuthority, createPrivateKey, type Authority } from '@novadock/rpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiNames } from './api-names.ts';
import { givenCertificate } from './given-certificate.ts';
import { isLoopbackPeer } from './is-loopback-peer.ts';
import { ownCertificate } from './own-certificate.ts';
import { renewIdentity } from './renew-identity.ts';

const key = createPrivateKey();
let authority: Authority;
let folder: string;
beforeAll(async () => {
  authority = await createAuthority();
  folder = await mkdtemp(join(tmpdir(), 'novadock-cert-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the names are those of this machine and of the public URL', () => {
  const address = (text: string) => ({ address: text, internal: false, family: 'IPv4' as const, netmask: '', mac: '', cidr: null });
  const interfaces = { eth0: [address('10.0.0.5'), address('fe80::1'), address('2001:db8::5')] };
  expect(apiNames('https://cloud.example:8774', interfaces, 'c1')).toEqual(['10.0.0.5', '127.0.0.1', '2001:db8::5', '::1', 'c1', 'cloud.example', 'localhost']);
  expect(apiNames('https://[2001:db8::9]', {}, 'c1')).toContain('2001:db8::9');
});

test('its own certificate has these names, is the same while they are, and keeps its key', async () => {
  let names = ['localhost', '10.0.0.5', '2001:db8::5'];
  const source = ownCertificate({ authority, key, names: () => names });
  const first = await source();
  expect(new X509Certificate(first.cert).subjectAltName).toBe('DNS:localhost, IP Address:10.0.0.5, IP Address:2001:DB8:0:0:0:0:0:5');
  expect(await source(first)).toBe(first);
  names = ['localhost'];
  const second = await source(first);
  expect(new X509Certificate(second.cert).subjectAltName).toBe('DNS:localhost');
  expect([second.key, new X509Certificate(second.cert).issuer]).toEqual([key, 'CN=Novadock CA']);
});

test('a given certificate is read again when its files change; what does not fit is refused by the name of its variable', async () => {
  const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const source = givenCertificate(files);
  await expect(source()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('NOVADOCK_TLS_CERTIFICATE') as unknown });
  await writeFile(files.certificate, await createApiCertificate(authority, key, ['a']));
  await writeFile(files.key, createPrivateKey());
  await expect(source()).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/NOVADOCK_TLS_KEY.*not the key/) as unknown });
  await writeFile(files.key, 'nonsense');
  await expect(source()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('PEM') as unknown });
  await writeFile(files.key, key);
  const first = await source();
  expect(await source(first)).toBe(first);
  await writeFile(files.certificate, await createApiCertificate(authority, key, ['b']));
  expect(new X509Certificate((await source(first)).cert).subjectAltName).toBe('DNS:b');
});

test('the control plane makes itself a new certificate at half of the life of the old one', async () => {
  let now = Date.now();
  const serials = new Set<string>();
  const { identity, close } = await renewIdentity({ authority, log: { warn: () => {} }, everyMs: 5, now: () => now });
  identity.provider.addIdentityCertificateListener((update) => update && serials.add(new X509Certificate(update.certificate).serialNumber));
  await expect.poll(() => serials.size).toBe(1);
  now += 13 * 3_600_000;
  await expect.poll(() => serials.size).toBeGreaterThan(1);
  close();
});

test.each([
  ['127.0.0.1', true], ['127.8.9.1', true], ['::1', true], ['::ffff:127.0.0.1', true], ['10.0.0.5', false], ['::ffff:10.0.0.5', false], ['1127.0.0.1', false], ['2001:db8::1', false], [undefined, false],
])('%s is this machine: %s', (address, loopback) => expect(isLoopbackPeer(address)).toBe(loopback));
