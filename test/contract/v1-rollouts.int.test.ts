import { advanceRollout, putProfile } from '@novadock/cloud';
import { defaultHostProfile } from '@novadock/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
beforeEach(async () => {
  v1 = await createV1Cloud();
  await putProfile(v1.cloud, 'fleet', defaultHostProfile);
  await putProfile(v1.cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '29.4' } });
  const setup = { profile: 'fleet', revision: 1, steps: [], checkedAtMs: 1 };
  const { facts } = await v1.store.prisma.host.findUniqueOrThrow({ where: { name: 'c1' } });
  await v1.store.prisma.host.update({ where: { name: 'c1' }, data: { up: true, ready: true, facts: { ...(facts as object), setup }, labels: { rack: 'a' } } });
  await v1.store.prisma.host.create({ data: { id: '00000000-0000-4000-8000-000000000002', name: 'c2', address: '10.0.0.2:9774', up: true, ready: true, facts: { ...(facts as object), setup }, labels: { rack: 'b' } } });
  await v1.store.prisma.host.create({ data: { id: '00000000-0000-4000-8000-000000000003', name: 'c3', address: '10.0.0.3:9774', labels: { rack: 'b' } } });
});
afterEach(() => v1.close());

type Reply = Awaited<ReturnType<typeof ask>>;
const ask = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, headers: Record<string, string> = {}) =>
  v1.app.inject({ method, url, headers: { 'x-auth-token': v1.admin, ...headers }, ...(payload === undefined ? {} : { payload }) });
const problemOf = (reply: Reply) => [reply.statusCode, reply.json<{ code: string }>().code];
const create = (body: object = {}, headers?: Record<string, string>) => ask('POST', '/v1/rollouts', { profile: 'fleet', ...body }, headers);
const order = (verb: string, body?: object, id = 'r-1') => ask('POST', `/v1/rollouts/${id}/${verb}`, body);
type Rollout = { id: string; etag: string; state: string; reason: string | null };

describe('a plan', () => {
  test('says who changes, how and when, and who is blocked, and touches nothing', async () => {
    await v1.store.prisma.instance.create({ data: {
      id: '00000000-0000-4000-8000-00000000000a', projectId: 'p', userId: 'u', name: 'i', hostname: 'i', imageId: v1.image.id, flavor: {}, vcpus: 1, memoryMb: 1, diskGb: 1, reservationId: 'r', power: 'running', observedPower: 'running', hostId: '00000000-0000-4000-8000-000000000003',
    } });
    await v1.store.prisma.host.update({ where: { name: 'c3' }, data: { up: true, ready: true } });
    const reply = await ask('POST', '/v1/rollouts?dryRun=true', { profile: 'fleet', strategy: { canary: { count: 1 } } });
    expect([reply.statusCode, reply.json()]).toMatchObject([200, {
      profile: { name: 'fleet', revision: 2 }, planned: 2, inFlightLimit: 1, groups: [{ changes: ['engine.version: (none) → 29.4'], hosts: 2 }], skipped: [],
      waves: [{ name: 'canary', hosts: 1, allowedFailures: 0 }, { hosts: 1 }], blocked: [{ host: 'c3', code: 'LIVE_RESTORE_OFF' }],
    }]);
    expect(await v1.store.prisma.rollout.count()).toBe(0);
    expect(problemOf(await ask('GET', '/v1/rollouts/r-1'))).toEqual([404, 'rolloutNotFound']);
  });

  test('is kept with the rollout, and has the same canary', async () => {
    const strategy = { canary: { count: 1 } };
    const dry = (await ask('POST', '/v1/rollouts?dryRun=true', { profile: 'fleet', strategy })).json<object>();
    await create({ strategy });
    expect((await ask('GET', '/v1/rollouts/r-1/plan')).json()).toEqual(dry);
  });

  test.each([
    [{ profile: 'none' }, [404, 'profileNotFound']], [{ profile: 'fleet', revision: 7 }, [404, 'profileNotFound']], [{ strategy: { canary: { cont: 1 } } }, [400, 'InvalidStrategy']],
    [{ select: { hosts: ['nobody'] } }, [400, 'hostNotSelected']], [{ select: { labels: { rack: 'z' } } }, [400, 'noHosts']], [{ strategy: { canary: { hosts: ['c9'] } } }, [400, 'InvalidStrategy']],
  ])('that cannot be is refused: %j', async (body, expected) => expect(problemOf(await create(body))).toEqual(expected));
});

describe('a rollout', () => {
  test('is made once for an Idempotency-Key, shown, listed and paged', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const made = await create({ select: { labels: { rack: 'b' } } }, headers);
    expect([made.statusCode, made.headers.location, made.headers.etag, made.json()]).toMatchObject([201, '/v1/rollouts/r-1', '"1"', { id: 'r-1', state: 'planned', profile: { name: 'fleet', revision: 2 }, select: { labels: { rack: 'b' } }, counts: { hosts: 2, pending: 2 } }]);
    expect((await create({ select: { labels: { rack: 'b' } } }, headers)).json()).toEqual(made.json());
    await create();
    const page = await ask('GET', '/v1/rollouts?limit=1');
    expect(page.json()).toMatchObject({ rollouts: [{ id: 'r-2' }], next: expect.stringContaining('marker=r-2') as unknown });
    expect((await ask('GET', page.json<{ next: string }>().next)).json()).toMatchObject({ rollouts: [{ id: 'r-1' }], next: null });
    expect((await ask('GET', '/v1/rollouts?state=running')).json()).toMatchObject({ rollouts: [] });
    expect((await ask('GET', '/v1/rollouts/r-1/hosts')).json<{ hosts: { host: string }[] }>().hosts.map(({ host }) => host).toSorted()).toEqual(['c2', 'c3']);
  });

  test('is started, paused, changed while paused, resumed and aborted', async () => {
    await create();
    expect((await order('start')).json()).toMatchObject({ state: 'running', inFlight: 1 });
    expect(problemOf(await order('start'))).toEqual([409, 'RolloutState']);
    const patch = (etag: string | undefined, strategy: object) => ask('PATCH', '/v1/rollouts/r-1', { strategy }, etag === undefined ? {} : { 'if-match': etag });
    expect(problemOf(await patch((await ask('GET', '/v1/rollouts/r-1')).headers.etag as string, { maxInFlight: 2 }))).toEqual([409, 'RolloutState']);
    const paused = await order('pause');
    expect(paused.json()).toMatchObject({ state: 'paused', reason: 'operator', inFlight: 0 });
    const etag = paused.json<Rollout>().etag;
    expect(problemOf(await patch(undefined, { maxInFlight: 2 }))).toEqual([428, 'ifMatchNeeded']);
    const changed = await patch(etag, { maxInFlight: 2 });
    expect(changed.json()).toMatchObject({ inFlightLimit: 2, strategy: { maxInFlight: { hosts: { count: 2 } } } });
    expect(changed.headers.etag).not.toBe(etag);
    expect(problemOf(await patch(etag, { maxInFlight: 3 }))).toEqual([412, 'etagMismatch']);
    expect(problemOf(await patch(changed.headers.etag as string, { canary: { count: 2 } }))).toEqual([400, 'InvalidStrategy']);
    expect((await order('resume')).json()).toMatchObject({ state: 'running' });
    expect((await order('abort', { policy: 'keep' })).json()).toMatchObject({ state: 'aborted', inFlight: 0 });
    expect(problemOf(await order('resume'))).toEqual([409, 'RolloutState']);
  });

  test('is ordered once for an Idempotency-Key, also when its reply was lost in a crash', async () => {
    await create();
    const keyed = (verb: string, key: string) => ask('POST', `/v1/rollouts/r-1/${verb}`, {}, { 'idempotency-key': key });
    expect((await keyed('start', 'k1')).json()).toMatchObject({ state: 'running' });
    await v1.store.prisma.rolloutHost.updateMany({ where: { state: 'precheck' }, data: { state: 'reverted', touched: true, failure: 'failed', resultAt: new Date() } });
    expect((await keyed('pause', 'k2')).json()).toMatchObject({ state: 'paused' });
    expect((await keyed('retry', 'k3')).statusCode).toBe(200);
    await v1.store.prisma.rolloutHost.updateMany({ where: { attempt: 2 }, data: { state: 'reverted', failure: 'failed', resultAt: new Date() } });
    const before = await v1.store.prisma.rolloutHost.findMany({ orderBy: { hostId: 'asc' } });
    const events = await v1.store.prisma.event.count();
    await v1.store.prisma.idempotencyKey.updateMany({ data: { status: null, claimedUntil: null } });
    for (const [verb, key] of [['start', 'k1'], ['pause', 'k2'], ['retry', 'k3']] as const) expect((await keyed(verb, key)).statusCode).toBe(200);
    expect(await v1.store.prisma.rolloutHost.findMany({ orderBy: { hostId: 'asc' } })).toEqual(before);
    expect(await v1.store.prisma.event.count()).toBe(events);
    expect(problemOf(await keyed('start', 'k4'))).toEqual([409, 'RolloutState']);
  });

  test('tells in its events with which strategy it was planned, what of it was changed, and by whom', async () => {
    await create({ strategy: { locks: 'force' } });
    await order('start');
    const { etag } = (await order('pause')).json<Rollout>();
    expect((await ask('PATCH', '/v1/rollouts/r-1', { strategy: { failure: { consecutive: 7 } } }, { 'if-match': etag })).statusCode).toBe(200);
    const { events } = (await ask('GET', '/v1/rollouts/r-1/events', undefined, { accept: 'application/json' })).json<{ events: { kind: string; data: object }[] }>();
    const dataOf = (kind: string) => events.findLast((event) => event.kind === kind)?.data;
    const by = expect.any(String) as unknown;
    expect(dataOf('rollout.planned')).toMatchObject({ by, strategy: { locks: 'force', drain: { mode: 'cordon' } } });
    expect(dataOf('rollout.changed')).toEqual({ from: 'paused', to: 'paused', reason: null, by, strategy: { failure: { from: expect.objectContaining({ consecutive: 3 }) as unknown, to: expect.objectContaining({ consecutive: 7 }) as unknown } } });
    expect(dataOf('rollout.running')).not.toHaveProperty('strategy');
  });

  test('waits for approval, and hosts are taken out of it', async () => {
    await create({ strategy: { approval: 'before-start' } });
    expect((await order('start')).json()).toMatchObject({ state: 'awaiting_approval' });
    expect((await order('skip', { hosts: ['00000000-0000-4000-8000-000000000002'] })).json()).toMatchObject({ counts: { skipped: 1 } });
    expect(problemOf(await order('promote'))).toEqual([409, 'RolloutState']);
    expect((await order('approve')).json()).toMatchObject({ state: 'running', approvedBy: expect.any(String) as unknown });
    expect(problemOf(await order('retry', { scope: 'failed' }))).toEqual([409, 'NothingFailed']);
    expect(problemOf(await order('rollback', { scope: 'all' }))[0]).toBe(400);
    expect(problemOf(await order('rollback', { scope: 'touched' }))).toEqual([409, 'NothingToRevert']);
    expect(problemOf(await order('rollback', { scope: { hosts: ['00000000-0000-4000-8000-00000000000f'] } }))).toEqual([400, 'NotInRollout']);
    expect((await order('abort', { policy: 'revert' })).json()).toMatchObject({ state: 'rolled_back' });
  });

  test('is waited for until it needs somebody', async () => {
    await create();
    await order('start');
    const waiting = ask('GET', '/v1/rollouts/r-1?wait=settled&timeout=30');
    await order('pause');
    expect((await waiting).json()).toMatchObject({ state: 'paused' });
    expect((await ask('GET', '/v1/rollouts/r-1?wait=succeeded&timeout=1')).json()).toMatchObject({ state: 'paused' });
  });

  test('has its history as pages, and as a stream that is replayed from the database', async () => {
    await create();
    await order('start');
    const read = async () => (await ask('GET', '/v1/rollouts/r-1/events', undefined, { accept: 'application/json' })).json<{ events: { id: string; kind: string; data: object }[] }>().events;
    // Transactions of other databases of the server hold events back for a moment.
    await expect.poll(async () => (await read()).map(({ kind }) => kind)).toContain('rollout.host_precheck');
    const events = await read();
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['rollout.planned', 'rollout.running', 'rollout.wave_running']);
    const url = await v1.app.listen({ host: '127.0.0.1', port: 0 });
    const reply = await fetch(`${url}/v1/rollouts/r-1/events`, { headers: { 'x-auth-token': v1.admin, accept: 'text/event-stream', 'last-event-id': events[0]!.id } });
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('rollout.host_precheck')) text += (await reader.read()).value ?? '';
    expect([...text.matchAll(/event: (\S+)/g)].map(([, kind]) => kind)).toEqual(kinds.slice(1));
    await reader.cancel();
  });

  test('shows the log of a host, and what is behind its failure', async () => {
    await create({ select: { hosts: ['c1'] } });
    await order('start');
    const log = (await ask('GET', '/v1/rollouts/r-1/hosts/c1/log')).json<{ steps: { step: string; run: string }[] }>();
    expect(log).toMatchObject({ host: 'c1', state: 'precheck', attempt: 1, steps: [{ step: 'precheck', succeeded: null, output: '' }] });
    expect((await ask('GET', `/v1/hosts/c1/setup-runs/${log.steps[0]!.run}`)).json()).toMatchObject({ kind: 'check', profile: { name: 'fleet', revision: 2 } });
    expect(problemOf(await ask('GET', '/v1/rollouts/r-1/hosts/c2/log'))).toEqual([404, 'rolloutHostNotFound']);
    const run = await ask('POST', '/v1/hosts/c1/setup-runs', { kind: 'apply' });
    expect(problemOf(run)).toEqual([409, 'hostInRollout']);
  });

  test('is counted in the metrics while it is under way', async () => {
    await create();
    await order('start');
    const metrics = (await v1.app.inject({ method: 'GET', url: '/metrics' })).body;
    expect(metrics).toContain('novadock_rollout_in_flight 1');
    expect(metrics).toContain('novadock_rollout_hosts{state="precheck"} 1');
    expect(metrics).toContain('novadock_rollout_disturbed_instances 0');
    expect(Number(/^novadock_rollout_plan_age_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
    await v1.store.prisma.rolloutHost.updateMany({ data: { failure: 'failed', error: { code: 'MADE_UP', message: '', step: '' } } });
    const failures = (await v1.app.inject({ method: 'GET', url: '/metrics' })).body.match(/^novadock_rollout_failures.*$/gm);
    expect(failures).toEqual(['novadock_rollout_failures{code="other"} 3']);
  });

  test('is counted in the metrics after its end as long as hosts are being changed', async () => {
    await create();
    await order('start');
    await v1.store.prisma.rolloutHost.updateMany({ where: { state: 'precheck' }, data: { state: 'applying' } });
    expect((await order('abort')).json()).toMatchObject({ state: 'aborted', inFlight: 1 });
    const metrics = async () => (await v1.app.inject({ method: 'GET', url: '/metrics' })).body;
    expect(await metrics()).toMatch(/^novadock_rollout_in_flight 1$/m);
    expect(await metrics()).toMatch(/^novadock_rollout_hosts\{state="applying"\} 1$/m);
    expect(await metrics()).not.toMatch(/^novadock_rollout_hosts\{state="pending"\}/m);
    await v1.store.prisma.rolloutHost.updateMany({ where: { state: 'applying' }, data: { state: 'failed', touched: true, failure: 'failed' } });
    expect(await metrics()).toMatch(/^novadock_rollout_failures\{code="UNEXPLAINED"\} 1$|^novadock_rollout_failures\{code="other"\} 1$/m);
    await v1.store.prisma.rolloutHost.updateMany({ where: { state: 'failed' }, data: { state: 'healthy', failure: null } });
    expect(await metrics()).toMatch(/^novadock_rollout_in_flight 0$/m);
  });

  test('what is written in a transaction that breaks off was never there, and is done the next time', async () => {
    await create();
    await order('start');
    const before = await v1.store.prisma.rolloutHost.findMany({ orderBy: { hostId: 'asc' } });
    const { hostId } = before.find(({ state }) => state === 'precheck')!;
    await v1.store.prisma.setupRun.updateMany({ where: { hostId }, data: { finishedAt: new Date(), ended: { succeeded: true, changed: 1 } } });
    const dying = { ...v1.store, prisma: { $transaction: (work: (tx: object) => Promise<unknown>) => v1.store.prisma.$transaction(async (tx) => { await work(tx); throw new Error('killed'); }) } };
    await expect(advanceRollout({ store: dying as unknown as typeof v1.store }, 1)).rejects.toThrow('killed');
    expect(await v1.store.prisma.rolloutHost.findMany({ orderBy: { hostId: 'asc' } })).toEqual(before);
    expect((await advanceRollout(v1.cloud, 1)).transitions).toBeGreaterThan(0);
    expect(await advanceRollout(v1.cloud, 1)).toEqual({ transitions: 0, times: [] });
    expect((await v1.store.prisma.rolloutHost.findMany({ where: { hostId } }))[0]!.state).toBe('staging');
  });

  test('is for administrators only', async () => {
    expect((await v1.app.inject({ method: 'GET', url: '/v1/rollouts', headers: { 'x-auth-token': v1.demo } })).statusCode).toBe(403);
  });
});
