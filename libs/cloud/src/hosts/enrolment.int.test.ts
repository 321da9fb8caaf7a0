import { X509Certificate } from 'node:crypto';
import { assertHostCertificate, createCertificateRequest } from '@novadock/rpc';
import { listen, readEvents } from '@novadock/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createJoinToken, deleteJoinToken, enrolHost, forgetHost, hostsGoneChannel, listHosts, listJoinTokens, renewHostCertificate, revokeHost, type EnrolRequest,
} from '../index.ts';
import { createTestCloud, type TestCloud } from '../testing/test-cloud.ts';

let t: TestCloud;
beforeAll(async () => {
  t = await createTestCloud();
});
afterAll(() => t.close());

const machine = (letter: string) => letter.repeat(64);
let machines = 0;
const token = async (uses = 1, labels: Record<string, string> = {}, ttlSeconds = 60) => (await createJoinToken(t.cloud, { ttlSeconds, uses, labels })).token;

/** What an agent asks, with a key of its own. */
async function asks(name: string, change: Partial<EnrolRequest> = {}) {
  const { key, request } = await createCertificateRequest(name);
  return { key, ask: { token: await token(), request, name, address: `${name}:9774`, machineId: (machines += 1).toString(16).padStart(64, '0'), ...change } };
}
const join = async (name: string, change?: Partial<EnrolRequest>) => {
  const { key, ask } = await asks(name, change);
  return { key, ask, ...(await enrolHost(t.cloud, ask)) };
};
const hostRow = (name: string) => t.store.prisma.host.findUnique({ where: { name } });
/** Other databases of the same server hold events back for a moment. */
const eventsOf = async (hostId: string) => (await readEvents(t.store, { afterId: 0n, subjectId: hostId })).map(({ kind, data }) => ({ kind, data }));

test('a machine becomes a host with the labels of its token, and a certificate of its key for a day', async () => {
  const joined = await join('labelled', { token: await token(1, { zone: 'a', rack: 'r7' }) });
  assertHostCertificate(joined);
  expect(await hostRow('labelled')).toMatchObject({ availabilityZone: 'a', labels: { zone: 'a', rack: 'r7' }, address: 'labelled:9774', keyHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
  const lifeMs = Date.parse(new X509Certificate(joined.certificate).validTo) - Date.now();
  expect(Math.round(lifeMs / 60_000)).toBe(24 * 60);
  await expect.poll(() => eventsOf(joined.hostId)).toEqual([{ kind: 'host.enrolled', data: { name: 'labelled', address: 'labelled:9774', labels: { zone: 'a', rack: 'r7' } } }]);
  expect((await join('plain')).hostId).not.toBe(joined.hostId);
  expect(await hostRow('plain')).toMatchObject({ availabilityZone: 'nova', labels: {} });
});

test('a token that is used up, expired, revoked or made up is refused, and none is stored as it is', async () => {
  const used = await token();
  await join('first', { token: used });
  const revoked = await createJoinToken(t.cloud, { ttlSeconds: 60, uses: 5 });
  await deleteJoinToken(t.cloud, revoked.id);
  const [id, , fingerprint] = used.split('.');
  for (const wrong of [used, await token(1, {}, -1), revoked.token, `${id}.guess.${fingerprint}`, 'nonsense', '']) {
    await expect(join('second', { token: wrong })).rejects.toMatchObject({ code: 'unauthenticated', reason: 'joinTokenRefused' });
  }
  expect(await hostRow('second')).toBeNull();
  await expect(deleteJoinToken(t.cloud, revoked.id)).rejects.toMatchObject({ code: 'notFound' });
  const stored = JSON.stringify(await t.store.prisma.joinToken.findMany());
  expect(stored).toContain(id);
  expect(stored).not.toContain(used.split('.')[1]);
  expect(JSON.stringify(await listJoinTokens(t.cloud))).not.toContain('secretHash');
});

test('two machines that race with one token: one is a host, and the other knows why not', async () => {
  const shared = await token();
  const outcomes = await Promise.allSettled([join('racer-1', { token: shared }), join('racer-2', { token: shared }), join('racer-3', { token: shared })]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'unauthenticated', reason: 'joinTokenRefused' });
  expect((await listHosts(t.cloud)).filter(({ name }) => name.startsWith('racer'))).toHaveLength(1);
});

test('a name or a machine that is a host already is refused with what to do, also in a race, and costs no use of the token', async () => {
  await join('taken', { machineId: machine('a') });
  const twice = await token(2);
  await expect(join('taken', { token: twice })).rejects.toMatchObject({ code: 'conflict', reason: 'hostNameTaken', message: expect.stringContaining('novadock host forget taken') as unknown });
  await expect(join('other', { token: twice, machineId: machine('a') })).rejects.toMatchObject({ code: 'conflict', reason: 'machineIsHost', message: expect.stringMatching(/host forget taken` \(with --force, if it does not answer\).*systemd-machine-id-setup/) as unknown });
  expect(await listJoinTokens(t.cloud)).toContainEqual(expect.objectContaining({ id: twice.split('.')[0], usesLeft: 2 }));
  const outcomes = await Promise.allSettled([1, 2, 3].map((n) => join(`clone-${n}`, { machineId: machine('b') })));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ reason: 'machineIsHost' });
  // Machines without an id are told apart by their names.
  await join('no-id-1', { machineId: undefined });
  await join('no-id-2', { machineId: undefined });
});

test('whose answer was lost asks again with the same key, and is the same host for one use of its token', async () => {
  const { ask, hostId, key } = await join('lost-reply');
  const again = await enrolHost(t.cloud, { ...ask, address: 'moved:9774' });
  expect(again.hostId).toBe(hostId);
  assertHostCertificate({ ...again, key });
  expect(await hostRow('lost-reply')).toMatchObject({ address: 'moved:9774' });
  await expect(join('lost-reply', { token: ask.token })).rejects.toMatchObject({ reason: 'joinTokenRefused' });
});

test('a certificate is renewed for who has the key of the host, and for nobody else', async () => {
  const { hostId, key, certificate } = await join('renewing');
  const { request } = await createCertificateRequest('any name', key);
  const renewed = await renewHostCertificate(t.cloud, { hostId, request });
  assertHostCertificate({ authority: t.cloud.authority.certificate, key, hostId, certificate: renewed });
  expect(renewed).not.toBe(certificate);
  const stranger = await join('stranger');
  const theirs = (await createCertificateRequest('renewing', stranger.key)).request;
  await expect(renewHostCertificate(t.cloud, { hostId, request: theirs })).rejects.toMatchObject({ code: 'forbidden', reason: 'hostKeyWrong' });
  await expect(renewHostCertificate(t.cloud, { hostId, request: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' });
  for (const unknown of ['11111111-1111-4111-8111-111111111111', 'renewing']) await expect(renewHostCertificate(t.cloud, { hostId: unknown, request })).rejects.toMatchObject({ code: 'notFound', reason: 'hostForgotten' });
});

test('a revoked host is told of, gets no instances and no certificate, and cannot come back as it is', async () => {
  const host = await t.addHost('victim', { memoryMb: 999_999 });
  expect((await t.boot())[0]?.hostId).toBe(host.id);
  const heard: string[] = [];
  const listener = await listen({ url: t.store.url, channels: [hostsGoneChannel], onMessage: ({ payload }) => heard.push(payload), onReconnect: () => {} });
  await revokeHost(t.cloud, 'victim');
  await expect.poll(() => heard).toEqual([host.id]);
  await listener.close();
  expect((await listHosts(t.cloud)).find(({ name }) => name === 'victim')).toMatchObject({ up: false, revokedAt: expect.any(Date) as unknown });
  expect((await t.boot())[0]).toMatchObject({ hostId: null, failed: true });

  const { hostId, key, ask } = await join('revoked', { machineId: machine('c') });
  await revokeHost(t.cloud, hostId);
  await revokeHost(t.cloud, hostId);
  await expect.poll(async () => (await eventsOf(hostId)).map(({ kind }) => kind)).toEqual(['host.enrolled', 'host.revoked']);
  const { request } = await createCertificateRequest('revoked', key);
  const advice = expect.stringContaining('`novadock host forget revoked --force`') as unknown;
  await expect(renewHostCertificate(t.cloud, { hostId, request })).rejects.toMatchObject({ code: 'forbidden', reason: 'hostRevoked', message: advice });
  await expect(enrolHost(t.cloud, { ...ask, request, token: await token() })).rejects.toMatchObject({ reason: 'machineIsHost', message: advice });
  await expect(join('revoked')).rejects.toMatchObject({ reason: 'hostNameTaken', message: advice });
  await expect(revokeHost(t.cloud, 'nobody')).rejects.toMatchObject({ code: 'notFound' });

  // And the advice is good.
  const forget = (force: boolean) => forgetHost(t.cloud, { host: 'revoked', force, requestId: 'r', userId: 'u' });
  await expect(forget(false)).rejects.toMatchObject({ code: 'conflict', reason: 'hostRevoked', message: advice });
  expect(await forget(true)).toEqual({ hostId, state: 'gone' });
  expect((await join('revoked', { machineId: machine('c') })).hostId).not.toBe(hostId);
});
