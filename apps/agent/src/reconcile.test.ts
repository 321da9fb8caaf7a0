import { randomUUID } from 'node:crypto';
import { CloudError, type InstanceSpec, type InstanceStatus } from '@novadock/model';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createReconciler, type Reconciler } from './reconcile.ts';
import { createFakeDriver, engineDown, type FakeDriver } from './testing/fake-driver.ts';

const id = '11111111-1111-4111-8111-111111111111';
const spec = (more: Partial<InstanceSpec> = {}): InstanceSpec => ({
  id, name: 'web', hostname: 'web', projectId: 'p', power: 'running', restarts: 0, restartHard: false, image: { id: 'i', engineId: 'sha256:0' }, vcpus: 1, memoryMb: 64, pidsLimit: 100,
  stopTimeoutSeconds: 1, env: [], command: [], authorizedKeys: [], ports: [], ...more,
});

let driver: FakeDriver;
let reconciler: Reconciler;
let published: InstanceStatus[];
let stopped: AbortController;
let counts: Map<string, number>;

/** An agent that has just been started, and has seen what is there. */
function startAgent(): void {
  published = [];
  stopped = new AbortController();
  const restartCounts = { get: (each: string) => counts.get(each) ?? 0, set: async (each: string, count: number) => void counts.set(each, count), forget: async (each: string) => void counts.delete(each) };
  reconciler = createReconciler({ driver, restartCounts, wasLostToRestart: () => false, publish: (status) => published.push(status), log: pino({ level: 'silent' }), signal: stopped.signal, retry: { firstMs: 1, mostMs: 10, times: 5 } });
}

const sync = async () => {
  const askedAtMs = Date.now();
  reconciler.sync(await driver.observeAll(reconciler.known), askedAtMs);
};

beforeEach(async () => {
  driver = createFakeDriver();
  counts = new Map();
  startAgent();
  await sync();
});

afterEach(() => stopped.abort());

const apply = (generation: number, more: Partial<InstanceSpec> = {}) => reconciler.apply({ spec: spec(more), generation });
const status = (instanceId = id) => reconciler.statuses().find((each) => each.id === instanceId);
const reached = (generation: number) => vi.waitUntil(() => status()?.generation === generation && status(), { timeout: 10_000, interval: 2 });

describe('a spec is reached', () => {
  test('a boot is two steps and one report, and the engine is asked nothing besides', async () => {
    driver.looks = 0;
    apply(1);
    expect(await reached(1)).toMatchObject({ power: 'running', error: undefined, step: '', generation: 1 });
    expect(driver.calls).toEqual(['create-container', 'start-container']);
    expect(driver.looks).toBe(0);
    expect(published).toEqual([status()]);
  });

  test('from boot to end, each action by the steps that plan gives', async () => {
    apply(1);
    await reached(1);
    apply(2, { power: 'paused' });
    await reached(2);
    apply(3);
    await reached(3);
    apply(4, { restarts: 1 });
    expect(await reached(4)).toMatchObject({ power: 'running', restarts: 1 });
    apply(5, { restarts: 2, restartHard: true });
    expect(await reached(5)).toMatchObject({ power: 'running', restarts: 2 });
    apply(6, { restarts: 2, power: 'stopped' });
    expect(await reached(6)).toMatchObject({ power: 'stopped', exitCode: 143 });
    apply(7, { restarts: 2, power: 'absent' });
    expect(await reached(7)).toMatchObject({ power: 'absent', containerId: '' });
    expect(driver.calls).toEqual([
      'create-container', 'start-container', 'pause-container', 'unpause-container', 'stop-container', 'start-container', 'kill-container', 'start-container', 'stop-container', 'remove-container', 'release-network',
    ]);
  });

  test('a generation is applied once: a guest that ended by itself stays so, however often the spec comes again', async () => {
    apply(1);
    await reached(1);
    driver.exit(id, 3);
    reconciler.noticed({ instanceId: id, action: 'die', atMs: Date.now() });
    await expect.poll(() => status()?.power).toBe('stopped');
    apply(1);
    apply(1);
    await sync();
    expect(status()).toMatchObject({ power: 'stopped', exitCode: 3, generation: 1 });
    expect(driver.calls).toHaveLength(2);
  });

  test('a guest that ends as soon as it is started is not started again', async () => {
    const run = driver.run;
    driver.run = async (step, ...rest) => ({ ...(await run(step, ...rest)), ...(step === 'start-container' ? { power: 'stopped', exitCode: 1 } as const : {}) });
    apply(1);
    expect(await reached(1)).toMatchObject({ power: 'stopped', exitCode: 1, error: undefined });
    expect(driver.calls).toEqual(['create-container', 'start-container']);
  });

  test('a newer generation that comes while a step is done takes over after it, and an older one changes nothing', async () => {
    const release = driver.holdNext('create-container');
    apply(1);
    await expect.poll(() => driver.calls.length).toBe(1);
    apply(2, { power: 'paused' });
    apply(3, { power: 'stopped' });
    apply(2, { power: 'paused' });
    release();
    expect(await reached(3)).toMatchObject({ power: 'stopped' });
    expect(driver.calls).toEqual(['create-container']);
    expect(published.map(({ generation }) => generation)).toEqual([3]);
  });

  test('a step that takes long is told of while it is done', async () => {
    const release = driver.holdNext('start-container');
    apply(1);
    await expect.poll(() => published.length > 0).toBe(true);
    expect(published).toMatchObject([{ step: 'start-container', generation: 0, power: 'stopped' }]);
    release();
    expect(await reached(1)).toMatchObject({ step: '' });
  });
});

describe('what goes wrong', () => {
  const noImage = new CloudError('conflict', 'The host does not have the image.', { reason: 'imageMissing' });

  test('what cannot be done is reported as the failure of that generation, with the step, and the next one may go well', async () => {
    driver.failNext('create-container', noImage);
    apply(1);
    expect(await reached(1)).toMatchObject({ power: 'absent', error: { code: 'conflict', message: noImage.message, step: 'create-container' } });
    apply(1);
    expect(driver.calls).toEqual(['create-container']);
    apply(2);
    expect(await reached(2)).toMatchObject({ power: 'running', error: undefined });
  });

  test('the failure of a generation that a newer one replaced is nobody\'s news', async () => {
    driver.failNext('create-container', noImage);
    const release = driver.holdNext('create-container');
    apply(1);
    await expect.poll(() => driver.calls.length).toBe(1);
    apply(2);
    release();
    expect(await reached(2)).toMatchObject({ power: 'running', error: undefined });
    expect(published.every(({ error }) => error === undefined)).toBe(true);
  });

  test('P1 lost replies: of a create, a start, a stop, a removal; the engine is looked at, and one container made', async () => {
    for (const step of ['create-container', 'start-container', 'stop-container', 'remove-container'] as const) driver.failNext(step, engineDown, { effect: true });
    apply(1);
    const { containerId } = await reached(1) as InstanceStatus;
    expect(driver.containers.get(id)?.containerId).toBe(containerId);
    apply(2, { power: 'stopped' });
    expect(await reached(2)).toMatchObject({ containerId, power: 'stopped', error: undefined });
    apply(3, { power: 'absent' });
    await reached(3);
    expect(driver.calls).toEqual(['create-container', 'start-container', 'stop-container', 'remove-container', 'release-network']);
  });

  test('P2 an engine that is away for a while: tried until it is back, and not reported as a failure', async () => {
    driver.failNext('create-container', engineDown, { times: 2 });
    driver.failNext('observe', engineDown, { times: 2 });
    driver.failNext('start-container', engineDown, { times: 1 });
    apply(1);
    expect(await reached(1)).toMatchObject({ power: 'running', error: undefined });
    expect(published).toHaveLength(1);
  });

  test('P2 an engine that answers and cannot, again and again, is given up on; one that does not answer never is', async () => {
    driver.failNext('create-container', engineDown, { times: 20 });
    driver.failNext('start-container', new CloudError('unavailable', 'context deadline exceeded'), { times: 20 });
    apply(1);
    expect(await reached(1)).toMatchObject({ power: 'stopped', error: { code: 'unavailable', message: 'context deadline exceeded', step: 'start-container' } });
    expect(driver.calls.filter((step) => step === 'create-container')).toHaveLength(21);
    expect(driver.calls.filter((step) => step === 'start-container')).toHaveLength(6);
  });

  test('while the engine is away a newer spec is what is tried next', async () => {
    driver.goDown();
    apply(1);
    await expect.poll(() => driver.calls.length > 0).toBe(true);
    apply(2, { power: 'stopped' });
    driver.comeBack();
    expect(await reached(2)).toMatchObject({ power: 'stopped' });
    expect(driver.calls).not.toContain('start-container');
  });

  test('something on the host that changes the container back, again and again, is given up with a reason', async () => {
    apply(1);
    await reached(1);
    const run = driver.run;
    driver.run = async (step, want, have) => ({ ...(await run(step, want, have)), power: 'running' });
    apply(2, { power: 'paused' });
    expect(await reached(2)).toMatchObject({ error: { code: 'internal', message: expect.stringContaining('something else on the host') } });
  });

  test('a restart is carried out once, though the agent ends in the middle of it', async () => {
    apply(1);
    await reached(1);
    const release = driver.holdNext('start-container');
    apply(2, { restarts: 1 });
    await expect.poll(() => driver.calls.at(-1)).toBe('start-container');
    stopped.abort();
    release();
    startAgent();
    await sync();
    apply(2, { restarts: 1 });
    await reached(2);
    apply(3, { restarts: 1, power: 'paused' });
    await reached(3);
    apply(4, { restarts: 1 });
    expect(await reached(4)).toMatchObject({ power: 'running', restarts: 1 });
    expect(driver.calls.filter((step) => step === 'stop-container')).toHaveLength(1);
  });
});

describe('P1 at most one container per instance', () => {
  test('many applies at once, for each generation and out of order', async () => {
    for (let i = 0; i < 50; i += 1) for (const generation of [3, 1, 2]) apply(generation);
    await reached(3);
    expect(driver.calls).toEqual(['create-container', 'start-container']);
  });

  test('an agent that is killed in the middle of a boot, and the next one that gets the same spec', async () => {
    const release = driver.holdNext('create-container');
    apply(1);
    await expect.poll(() => driver.calls.length).toBe(1);
    stopped.abort();
    startAgent();
    await sync();
    apply(1);
    // The create of the first agent gets through late; the second one adopts what it made.
    release();
    const { containerId } = await reached(1) as InstanceStatus;
    expect([...driver.containers.values()].map((container) => container.containerId)).toEqual([containerId]);
  });

  test('a late request for an older generation does not make it again after it was removed', async () => {
    apply(1);
    await reached(1);
    apply(2, { power: 'absent' });
    await reached(2);
    apply(1);
    await sync();
    expect(status()).toMatchObject({ power: 'absent', generation: 2 });
    expect(driver.containers.size).toBe(0);
  });
});

describe('what is seen', () => {
  test('P3 an agent that is started finds what runs, and does nothing to it', async () => {
    apply(1);
    const before = await reached(1) as InstanceStatus;
    stopped.abort();
    driver.calls.length = 0;
    startAgent();
    await sync();
    expect(status()).toEqual({ ...before, generation: 0 });
    await sync();
    expect(driver.calls).toEqual([]);
  });

  test('a stray container is in the list like any other, and goes when absent is applied', async () => {
    const stray = randomUUID();
    driver.change(stray, { containerId: 'c1', power: 'running' });
    await sync();
    expect(status(stray)).toMatchObject({ power: 'running', generation: 0, containerId: 'c1' });
    expect(driver.calls).toEqual([]);
    reconciler.apply({ spec: spec({ id: stray, power: 'absent' }), generation: 1 });
    await expect.poll(() => status(stray)?.power).toBe('absent');
    expect(driver.calls).toEqual(['remove-container', 'release-network']);
  });

  test('to remove what nobody here knows is done already', async () => {
    apply(9, { power: 'absent' });
    expect(await reached(9)).toMatchObject({ power: 'absent', error: undefined });
    expect(driver.calls).toEqual([]);
  });

  test('events before the last look are no news, later ones are; a list tells what events missed', async () => {
    apply(1);
    await reached(1);
    driver.looks = 0;
    reconciler.noticed({ instanceId: id, action: 'start', atMs: Date.now() - 1000 });
    expect(driver.looks).toBe(0);
    driver.change(id, { power: 'paused' });
    await sync();
    expect(published.at(-1)).toMatchObject({ power: 'paused' });
    driver.containers.delete(id);
    await sync();
    await expect.poll(() => status()?.power).toBe('absent');
    expect(published.at(-1)).toMatchObject({ power: 'absent', generation: 1, error: undefined });
  });

  test('a list that was asked for before a step was done does not undo what the step told', async () => {
    const askedAtMs = Date.now();
    const list = await driver.observeAll(reconciler.known);
    apply(1);
    await reached(1);
    reconciler.sync(list, askedAtMs - 1);
    expect(status()).toMatchObject({ power: 'running' });
    expect(published).toHaveLength(1);
  });

  test('the same news twice is told once', async () => {
    apply(1);
    await reached(1);
    driver.exit(id, 0);
    for (let i = 0; i < 5; i += 1) reconciler.noticed({ instanceId: id, action: 'die', atMs: Date.now() });
    await expect.poll(() => status()?.power).toBe('stopped');
    await sync();
    expect(published.filter(({ power }) => power === 'stopped')).toHaveLength(1);
  });
});
