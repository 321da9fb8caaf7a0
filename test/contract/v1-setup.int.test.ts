import { beginSetupRun, failSetupRun, recordSetupEntries } from '@novadock/cloud';
import type { SetupEntry, SetupFacts } from '@novadock/model';
import { readEvents } from '@novadock/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
beforeEach(async () => {
  v1 = await createV1Cloud();
});
afterEach(() => v1.close());

type Problem = { code: string; detail: string };
/** Sent at once, not when it is awaited. */
const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, headers: Record<string, string> = {}) =>
  v1.app.inject({ method, url, headers: { 'x-auth-token': v1.admin, ...headers }, ...(payload === undefined ? {} : { payload }) });
const problemOf = (reply: Awaited<ReturnType<typeof ask>>) => [reply.statusCode, reply.json<Problem>().code];
const runs = '/v1/hosts/c1/setup-runs';
type Run = { id: string; state: string; profile: { name: string; revision: number } | null; waitingSince: string | null; error: object | null; steps: object[]; changed: number | null };
const request = async (body: object = { kind: 'apply' }) => (await ask('POST', runs, body)).json<Run>();

const at = 1_700_000_000_000;
const entries: SetupEntry[] = [
  { seq: 1, atMs: at, step: { name: 'packages', title: 'Packages', state: 'runs', detail: '', files: [], durationMs: 0 } },
  { seq: 2, atMs: at, output: { step: 'packages', text: '$ apt-get install docker.io\nhalf \ud800 and \0 null\n' } },
  { seq: 3, atMs: at, step: { name: 'packages', title: 'Packages', state: 'changed', detail: 'installed', files: [{ path: '/etc/x', diff: '+a' }], durationMs: 40 } },
  { seq: 4, atMs: at, ended: { succeeded: true, changed: 1, error: undefined } },
];
/** What the owner of the host would write. */
const write = async (runId: string, some: SetupEntry[]) => {
  await beginSetupRun(v1.cloud, runId);
  await recordSetupEntries(v1.cloud, { runId, seqBase: 0, entries: some });
};

describe('profiles', () => {
  test('default and nova-docker are there from the first start', async () => {
    expect((await ask('GET', '/v1/profiles')).json()).toMatchObject({ profiles: [
      { name: 'default', revision: 1, engine: { source: 'distribution', repository: null, settings: { 'live-restore': true } }, novaDocker: null, warnings: [] },
      { name: 'nova-docker', revision: 1, dockerGroup: ['nova'], novaDocker: { compute: true, glance: true } },
    ] });
  });

  test('a revision is made when it says something else, and told apart from the one before', async () => {
    const first = await ask('PUT', '/v1/profiles/web', { engine: { version: '20.10' } });
    expect([first.statusCode, first.json()]).toMatchObject([201, { profile: { name: 'web', revision: 1, engine: { version: '20.10', source: 'distribution', socketMode: '0660' } } }]);
    // The same in another order, and with what is the default said.
    const same = await ask('PUT', '/v1/profiles/web', { smokeTestPull: '', engine: { source: 'distribution', version: '20.10', proxy: null } });
    expect([same.statusCode, same.json()]).toMatchObject([200, { profile: { revision: 1 }, changes: [] }]);
    const next = await ask('PUT', '/v1/profiles/web', { dockerGroup: ['nova'], engine: { socketMode: '0666' } });
    expect([next.statusCode, next.json()]).toMatchObject([201, { profile: { revision: 2, warnings: [expect.stringContaining('every local user'), expect.stringContaining('nova')] }, changes: [
      { field: 'dockerGroup', before: [], after: ['nova'] }, { field: 'engine.socketMode', before: '0660', after: '0666' }, { field: 'engine.version', before: '20.10', after: '' },
    ] }]);
    expect((await ask('GET', '/v1/profiles/web?revision=1')).json()).toMatchObject({ profile: { revision: 1, engine: { version: '20.10' } }, changes: [] });
    expect((await ask('GET', '/v1/profiles/web')).json<{ changes: object[] }>().changes).toHaveLength(3);
    expect(problemOf(await ask('GET', '/v1/profiles/web?revision=3'))).toEqual([404, 'profileNotFound']);
  });

  test('several who set it at the same time each get a revision that is theirs', async () => {
    const replies = await Promise.all(Array.from({ length: 6 }, (_, index) => ask('PUT', '/v1/profiles/busy', { engine: { version: `1.${index}` } })));
    expect(replies.map((reply) => reply.json<{ profile: { revision: number } }>().profile.revision).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    [{ engine: { settings: { 'live-restore': false } } }, 'engine.settings.live-restore'], [{ engine: { source: 'docker-ce' } }, 'engine.repository'], [{ engine: { source: 'present', version: '1' } }, 'engine.version'],
    [{ engine: { version: '1; reboot' } }, 'engine.version'], [{ engine: { proxy: { http: 'http://user:secret@proxy' } } }, 'engine.proxy.http'], [{ dockerGroup: ['a b'] }, 'dockerGroup[0]'],
    [{ novaDocker: { package: '--index-url', compute: true, glance: false } }, 'novaDocker.package'],
  ])('what cannot be right is refused, by the name of the field: %j', async (settings, field) => {
    const reply = await ask('PUT', '/v1/profiles/bad', settings);
    expect(problemOf(reply)).toEqual([400, 'profileInvalid']);
    expect(reply.json<Problem>().detail).toContain(`${field}: `);
    expect((await ask('GET', '/v1/profiles/bad')).statusCode).toBe(404);
  });

  test.each([[{ engine: { sorce: 'present' } }], [{ engine: { source: 'snap' } }], [{ name: 'x' }]])('what is no profile is refused: %j', async (settings) => expect((await ask('PUT', '/v1/profiles/bad', settings)).statusCode).toBe(400));
});

describe('runs of a set-up', () => {
  test('are accepted, followed and answered with what they did', async () => {
    const accepted = await ask('POST', runs, { kind: 'apply' });
    expect([accepted.statusCode, accepted.json()]).toMatchObject([202, { host: 'c1', kind: 'apply', state: 'pending', profile: { name: 'default', revision: 1 }, waitingSince: null, steps: [] }]);
    const { id } = accepted.json<Run>();
    const waiting = ask('GET', `${runs}/${id}?wait=ended&timeout=30`);
    await write(id, entries);
    expect((await waiting).json()).toMatchObject({ state: 'succeeded', changed: 1, error: null, lastSeq: 4, steps: [{ name: 'packages', state: 'changed', files: [{ path: '/etc/x', diff: '+a' }] }] });
    const page = await ask('GET', `${runs}/${id}/entries?limit=3`, undefined, { accept: 'application/json' });
    expect(page.json()).toMatchObject({ entries: [{ seq: 1, step: { state: 'runs' }, output: null, ended: null }, { seq: 2, output: { text: '$ apt-get install docker.io\nhalf \ufffd and  null\n' } }, { seq: 3 }], next: expect.stringContaining('marker=3') as unknown });
    expect((await ask('GET', runs)).json()).toMatchObject({ runs: [{ id }], next: null });
    expect((await ask('GET', '/v1/hosts/c1')).json()).toMatchObject({ setup: { state: 'none', run: id } });
  });

  test('stream what they do from where the client was, and end with their end', async () => {
    const { id } = await request();
    await write(id, entries.slice(0, 2));
    const stream = ask('GET', `${runs}/${id}/entries`, undefined, { 'last-event-id': '1' });
    await write(id, entries.slice(2));
    const messages = (await stream).body.split('\n\n').filter((message) => message.startsWith('id: '));
    expect(messages.map((message) => message.split('\n').slice(0, 2))).toEqual([['id: 2', 'event: output'], ['id: 3', 'event: step'], ['id: 4', 'event: ended']]);
  });

  test('with a wait are answered 201 when they succeeded, 202 when the time was over, and with a problem when they failed', async () => {
    const asked = ask('POST', `${runs}?wait=ended&timeout=30`, { kind: 'check', profile: 'default', revision: 1 });
    const { prisma } = v1.store;
    const idOf = async () => (await prisma.setupRun.findFirst({ where: { finishedAt: null } }))?.id;
    await expect.poll(idOf).toBeDefined();
    await write((await idOf())!, entries);
    expect((await asked).statusCode).toBe(201);
    expect((await ask('POST', `${runs}?wait=ended&timeout=1`, { kind: 'check' })).statusCode).toBe(202);
    await failSetupRun(v1.cloud, (await idOf())!, { code: 'internal', reason: 'diskFull', message: 'no space left' });
    const failing = ask('POST', `${runs}?wait=ended&timeout=30`, { kind: 'apply' });
    await expect.poll(idOf).toBeDefined();
    await failSetupRun(v1.cloud, (await idOf())!, { code: 'internal', reason: 'diskFull', message: 'no space left' });
    const refused = await failing;
    expect(problemOf(refused)).toEqual([409, 'setupFailed']);
    expect(refused.json<Problem>().detail).toContain('no space left');
  });

  test('P7: a request that is repeated with its key asks for one run', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const [first, second] = [await ask('POST', runs, { kind: 'check' }, headers), await ask('POST', runs, { kind: 'check' }, headers)];
    expect(second.json()).toEqual(first.json());
    // As after a crash before the reply was kept.
    await v1.store.prisma.idempotencyKey.updateMany({ data: { status: null, claimedUntil: null } });
    expect((await ask('POST', runs, { kind: 'check' }, headers)).json<Run>().id).toBe(first.json<Run>().id);
  });

  test('P8: what cannot be done is refused before it is accepted', async () => {
    expect(problemOf(await ask('POST', '/v1/hosts/nosuch/setup-runs', { kind: 'check' }))).toEqual([404, 'hostNotFound']);
    expect(problemOf(await ask('POST', runs, { kind: 'apply', profile: 'nosuch' }))).toEqual([404, 'profileNotFound']);
    expect(problemOf(await ask('POST', runs, { kind: 'undo', profile: 'default' }))).toEqual([400, 'profileWithUndo']);
    const { id } = await request();
    const refused = await ask('POST', runs, { kind: 'check' });
    expect(problemOf(refused)).toEqual([409, 'setupRunning']);
    expect(refused.json<Problem>().detail).toContain(id);
    await write(id, entries);
    await ask('POST', '/v1/instances?wait=active', { name: 'web', image: v1.image.id, flavor: 'm1.tiny' });
    expect(problemOf(await ask('POST', runs, { kind: 'undo' }))).toEqual([409, 'hostInUse']);
    expect((await ask('POST', runs, { kind: 'undo', force: true })).statusCode).toBe(202);
    await v1.store.prisma.setupRun.deleteMany({ where: { finishedAt: null } });
    await v1.store.prisma.host.updateMany({ data: { revokedAt: new Date() } });
    expect(problemOf(await ask('POST', runs, { kind: 'check' }))).toEqual([409, 'hostRevoked']);
  });

  test('are for administrators', async () => {
    for (const [method, url] of [['GET', runs], ['POST', runs], ['GET', '/v1/profiles'], ['PUT', '/v1/profiles/x']] as const) {
      expect((await ask(method, url, method === 'GET' ? undefined : { kind: 'check' }, { 'x-auth-token': v1.demo })).statusCode).toBe(403);
    }
  });

  test('can be withdrawn until they are begun', async () => {
    const { id } = await request();
    expect((await ask('DELETE', `${runs}/${id}`)).statusCode).toBe(204);
    expect((await ask('GET', `${runs}/${id}`)).statusCode).toBe(404);
    const next = await request();
    await beginSetupRun(v1.cloud, next.id);
    expect(problemOf(await ask('DELETE', `${runs}/${next.id}`))).toEqual([409, 'setupRunBegun']);
  });

  test('are listed newest first, in pages', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { id } = await request({ kind: 'check' });
      ids.unshift(id);
      await write(id, entries);
    }
    const first = (await ask('GET', `${runs}?limit=2`)).json<{ runs: Run[]; next: string }>();
    const second = (await ask('GET', first.next)).json<{ runs: Run[]; next: null }>();
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
  });

  test('without a profile said take the one that the host has, or was to have', async () => {
    const { id } = await request({ kind: 'apply', profile: 'nova-docker' });
    await failSetupRun(v1.cloud, id, { code: 'internal', reason: undefined, message: 'x' });
    expect(await request({ kind: 'apply' })).toMatchObject({ profile: { name: 'nova-docker' } });
  });

  test('an undo closes the host to new instances, an apply that succeeds opens it again; what an operator closed stays closed', async () => {
    const host = async () => (await ask('GET', '/v1/hosts/c1')).json<{ enabled: boolean; disabledReason: string | null; setup: { state: string } }>();
    const { id } = await request({ kind: 'undo' });
    expect(await host()).toMatchObject({ enabled: false, disabledReason: expect.stringContaining('host prepare') as unknown, setup: { state: 'running' } });
    await write(id, entries);
    await write((await request()).id, entries);
    expect(await host()).toMatchObject({ enabled: true, disabledReason: null });
    await v1.store.prisma.host.updateMany({ data: { enabled: false, disabledReason: 'upgrade' } });
    await write((await request()).id, entries);
    expect(await host()).toMatchObject({ enabled: false, disabledReason: 'upgrade' });
    await expect.poll(async () => (await readEvents(v1.store, { afterId: 0n, kind: 'host' })).map(({ kind }) => kind).filter((kind) => /abled/.test(kind))).toEqual(['host.disabled', 'host.enabled']);
  });
});

test('a host shows what its set-up is, and where it drifted', async () => {
  const setup: SetupFacts = { profile: 'default', revision: 2, steps: [{ name: 'socket', title: 'Socket', ok: false, detail: 'mode 0777' }], checkedAtMs: at };
  const host = await v1.store.prisma.host.findFirstOrThrow();
  await v1.store.prisma.host.updateMany({ data: { facts: { ...(host.facts as object), setup } } });
  const shown = (await ask('GET', '/v1/hosts/c1')).json<{ setup: object; facts: object }>();
  expect(shown.setup).toEqual({ profile: 'default', revision: 2, state: 'drifted', steps: setup.steps, checkedAt: new Date(at).toISOString(), run: null });
  expect(shown.facts).not.toHaveProperty('setup');
});

test('a host is forgotten by and by, and shows that it is', async () => {
  const forgotten = await ask('DELETE', '/v1/hosts/c1?wait=deleted&timeout=1');
  expect(forgotten.statusCode).toBe(202);
  expect((await ask('GET', '/v1/hosts/c1')).json()).toMatchObject({ enabled: false, forgettingSince: expect.any(String) as unknown });
  expect(problemOf(await ask('POST', runs, { kind: 'check' }))).toEqual([409, 'hostForgetting']);
});

describe('metrics', () => {
  const metrics = (remoteAddress: string, headers: Record<string, string> = {}) => v1.app.inject({ url: '/metrics', remoteAddress, headers });

  test('are told on this machine, and to administrators', async () => {
    const reply = await metrics('127.0.0.1');
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, expect.stringContaining('text/plain')]);
    expect(reply.body).toMatch(/^novadock_hosts\{state="up"\} 1$/m);
    expect(reply.body).toMatch(/^novadock_host_setups\{state="none"\} 1$/m);
    expect(reply.body).toMatch(/^process_cpu_seconds_total /m);
    expect((await metrics('10.0.0.9')).statusCode).toBe(401);
    expect((await metrics('127.0.0.1', { 'x-forwarded-for': '10.0.0.9' })).statusCode).toBe(401);
    expect((await metrics('10.0.0.9', { authorization: `Bearer ${v1.demo}` })).statusCode).toBe(403);
    expect((await metrics('10.0.0.9', { authorization: `Bearer ${v1.admin}` })).statusCode).toBe(200);
  });

  test('count requests by their route, whatever was asked for', async () => {
    await ask('GET', '/v1/hosts/c1');
    await ask('GET', '/v1/hosts/nosuch');
    await ask('GET', '/some/where');
    const { body } = await metrics('127.0.0.1');
    expect(body).toContain('novadock_http_request_seconds_count{method="GET",route="/v1/hosts/:host",status="200"} 1');
    expect(body).toContain('novadock_http_request_seconds_count{method="GET",route="/v1/hosts/:host",status="404"} 1');
    expect(body).toContain('route="none",status="404"');
    expect(body).not.toContain('/some/where');
  });
});
