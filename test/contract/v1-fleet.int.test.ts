import { randomUUID } from 'node:crypto';
import { putProfile } from '@novadock/cloud';
import { defaultHostProfile, type HostFacts } from '@novadock/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
let facts: HostFacts;
beforeEach(async () => {
  v1 = await createV1Cloud();
  const host = await v1.store.prisma.host.update({ where: { name: 'c1' }, data: { up: true, ready: true } });
  facts = host.facts as unknown as HostFacts;
});
afterEach(() => v1.close());

type Fleet = { hosts: Record<string, number> & { setup: Record<string, number> }; instances: Record<string, number>; rollouts: { id: string; state: string }[]; broken: { total: number; counts: Record<string, number>; items: { kind: string; name: string; message: string; step: string | null; code: string | null; rollout: string | null; since: string | null }[] } };
const ask = async (url = '/v1/fleet', token = v1.admin) => v1.app.inject({ url, headers: { 'x-auth-token': token } });
const fleet = async (url?: string) => (await ask(url)).json<Fleet>();
const setup = (ok = true) => ({ profile: 'fleet', revision: 1, checkedAtMs: 1_700_000_000_000, steps: [{ name: 'kernel', title: 'Kernel', ok: true, detail: '' }, { name: 'engine-config', title: 'Engine settings', ok, detail: 'daemon.json was changed.' }] });
const addHost = (name: string, data: object = {}, change: Partial<HostFacts> = {}) =>
  v1.store.prisma.host.create({ data: { id: randomUUID(), name, address: '10.0.0.9:9774', up: true, ready: true, lastSeenAt: new Date(), facts: { ...facts, setup: setup(), ...change }, ...data } });
const addRun = (hostId: string, ended: object | undefined) =>
  v1.store.prisma.setupRun.create({ data: { id: randomUUID(), hostId, kind: 'apply', requestId: 'r', userId: 'u', startedAt: new Date(), ...(ended === undefined ? {} : { finishedAt: new Date(), ended }) } });

describe('the fleet', () => {
  test('is for administrators', async () => {
    expect((await ask('/v1/fleet', v1.demo)).statusCode).toBe(403);
    expect((await ask('/v1/fleet', 'none')).statusCode).toBe(401);
  });

  test('is counted: hosts by what they are and how far their set-up is, instances by status', async () => {
    await addHost('ok');
    await addHost('drifted', {}, { setup: setup(false) });
    await addHost('down', { up: false });
    await addHost('closed', { enabled: false, disabledReason: 'upgrade' });
    await addHost('revoked', { revokedAt: new Date() });
    await addRun((await addHost('busy')).id, undefined);
    await addHost('no engine', { ready: false }, { engine: { ...facts.engine, ready: false, reason: 'docker.service has failed.' } });
    await v1.app.inject({ method: 'POST', url: '/v1/instances?wait=active', headers: { 'x-auth-token': v1.admin }, payload: { name: 'web', image: v1.image.id, flavor: 'm1.tiny', host: 'c1' } });
    const { hosts, instances } = await fleet();
    expect(hosts).toEqual({ total: 8, up: 6, down: 1, notReady: 1, disabled: 1, cordoned: 0, revoked: 1, behind: 0, setup: { none: 1, ok: 5, drifted: 1, running: 1, failed: 0 } });
    expect(instances).toEqual({ total: 1, active: 1, stopped: 0, paused: 0, building: 0, error: 0 });
  });

  test('says what is broken and why, each host once, with what is worst', async () => {
    await addHost('down', { up: false }, { setup: setup(false) });
    await addHost('drifted', {}, { setup: setup(false) });
    await addHost('revoked', { up: false, revokedAt: new Date() });
    await addHost('bare', { ready: false }, { engine: { ...facts.engine, ready: false, reason: 'There is no engine.' }, setup: undefined });
    await addHost('no engine', { ready: false }, { engine: { ...facts.engine, ready: false, reason: 'docker.service has failed.' } });
    await addRun((await addHost('failed')).id, { succeeded: false, changed: 0, error: { code: 'DOCKER_NOT_FOUND', message: 'There is no such package.', step: 'engine-package' } });
    const image = { imageId: v1.image.id, flavor: {}, vcpus: 1, memoryMb: 1, diskGb: 1, reservationId: 'r', projectId: 'p', userId: 'u', hostname: 'i', power: 'running' };
    await v1.store.prisma.instance.create({ data: { ...image, id: randomUUID(), name: 'web', failed: true, fault: { code: 500, message: 'No such image.', details: '', at: '2026-01-01T00:00:00.000Z' } } });
    const { broken } = await fleet();
    expect(broken.counts).toEqual({ host_down: 1, engine_not_ready: 1, rollout_failed: 0, setup_failed: 1, drifted: 1, instance_error: 1 });
    expect(broken.total).toBe(5);
    expect(broken.items).toMatchObject([
      { kind: 'host_down', name: 'down', message: 'Its agent does not answer.' },
      { kind: 'engine_not_ready', name: 'no engine', message: 'docker.service has failed.' },
      { kind: 'setup_failed', name: 'failed', message: 'There is no such package.', code: 'DOCKER_NOT_FOUND', step: 'engine-package' },
      { kind: 'drifted', name: 'drifted', message: 'Engine settings: daemon.json was changed.', step: 'engine-config', since: '2023-11-14T22:13:20.000Z' },
      { kind: 'instance_error', name: 'web', message: 'No such image.', since: '2026-01-01T00:00:00.000Z' },
    ]);
  });

  test('names at most so many of each kind, and counts them all', async () => {
    for (const name of ['d1', 'd2', 'd3']) await addHost(name, { up: false });
    const { broken } = await fleet('/v1/fleet?limit=2');
    expect([broken.total, broken.counts.host_down, broken.items.length]).toEqual([3, 3, 2]);
  });

  test('shows rollouts that have not ended, then the last three that have, and hosts that failed in their newest one until they have its target', async () => {
    const { cloud, store: { prisma } } = v1;
    await putProfile(cloud, 'fleet', defaultHostProfile);
    await putProfile(cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '29.4' } });
    await v1.store.prisma.host.update({ where: { name: 'c1' }, data: { facts: { ...facts, setup: setup() } } });
    const post = (url: string, payload?: object) => v1.app.inject({ method: 'POST', url, headers: { 'x-auth-token': v1.admin }, ...(payload === undefined ? {} : { payload }) });
    for (let number = 1; number <= 5; number += 1) expect((await post('/v1/rollouts', { profile: 'fleet' })).statusCode).toBe(201);
    for (const number of [1, 2, 3, 4]) await post(`/v1/rollouts/r-${number}/abort`);
    await post('/v1/rollouts/r-5/start');
    expect((await fleet()).rollouts.map(({ id, state }) => `${id} ${state}`)).toEqual(['r-5 running', 'r-4 aborted', 'r-3 aborted', 'r-2 aborted']);
    const key = { rollout_hostId: { rollout: 5, hostId: v1.hostId } };
    await prisma.rolloutHost.update({ where: key, data: { state: 'reverted', failure: 'failed', resultAt: new Date(), error: { code: 'ENGINE_CONFIG_INVALID', step: 'service', message: 'The engine refuses it.', logTail: 'unknown key' } } });
    expect((await fleet()).broken.items).toMatchObject([{ kind: 'rollout_failed', name: 'c1', rollout: 'r-5', code: 'ENGINE_CONFIG_INVALID', step: 'service', message: 'The engine refuses it. It is back on what it had.', logTail: 'unknown key' }]);
    await v1.store.prisma.host.update({ where: { name: 'c1' }, data: { facts: { ...facts, setup: { ...setup(), revision: 2 } } } });
    expect((await fleet()).broken.total).toBe(0);
    await prisma.rolloutHost.update({ where: key, data: { catchUp: true, state: 'pending', failure: null } });
    await v1.store.prisma.host.update({ where: { name: 'c1' }, data: { facts: { ...facts, setup: setup() } } });
    expect((await fleet()).hosts.behind).toBe(1);
  });

  test('shows the rollouts that are under way before those that were never started', async () => {
    await putProfile(v1.cloud, 'fleet', defaultHostProfile);
    await v1.store.prisma.host.update({ where: { name: 'c1' }, data: { facts: { ...facts, setup: { ...setup(), profile: 'other' } } } });
    const post = (url: string, payload?: object) => v1.app.inject({ method: 'POST', url, headers: { 'x-auth-token': v1.admin }, ...(payload === undefined ? {} : { payload }) });
    for (let number = 1; number <= 12; number += 1) expect((await post('/v1/rollouts', { profile: 'fleet' })).statusCode).toBe(201);
    expect((await post('/v1/rollouts/r-1/start')).statusCode).toBe(200);
    const { rollouts } = await fleet();
    expect(rollouts.map(({ id }) => id)).toEqual(['r-1', 'r-12', 'r-11', 'r-10', 'r-9', 'r-8', 'r-7', 'r-6', 'r-5', 'r-4']);
    expect(rollouts[0]!.state).toBe('running');
  });

  test('of 5,000 hosts is answered within half a second, and small', async () => {
    const all = Array.from({ length: 5000 }, (_, index) => ({ id: randomUUID(), name: `h${index}`, address: 'x:1', up: index % 10 !== 0, ready: true, lastSeenAt: new Date(), facts: { ...facts, setup: setup(index % 7 !== 0) } }));
    await v1.store.prisma.host.createMany({ data: all });
    await ask();
    const begin = performance.now();
    const reply = await ask();
    expect(performance.now() - begin).toBeLessThan(500);
    expect(reply.json<Fleet>().hosts).toMatchObject({ total: 5001, up: 4501 });
    expect(reply.body.length).toBeLessThan(20_000);
  });
});
