import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CloudError, type InstanceStatus } from '@novadock/model';
import { followEngine } from './follow-engine.ts';
import { createReconciler, type Reconciler } from './reconcile.ts';
import { createFakeDriver, engineDown, type FakeDriver } from './testing/fake-driver.ts';

const id = '11111111-1111-4111-8111-111111111111';
let driver: FakeDriver;
let reconciler: Reconciler;
let published: InstanceStatus[];
let stopped: AbortController;
let following: Promise<void>;
let started: number;
let seen: number;
let lost: boolean;
let prepared: boolean;
let canStart: boolean;
let logged: { level: number; msg: string; [more: string]: unknown }[];
const onSynced = vi.fn();

beforeEach(() => {
  driver = createFakeDriver();
  driver.change(id, { containerId: 'c1', power: 'running', startedAtMs: 5 });
  published = [];
  stopped = new AbortController();
  started = 0;
  seen = 0;
  lost = false;
  prepared = true;
  canStart = true;
  logged = [];
  onSynced.mockClear();
  const restartCounts = { get: () => 0, set: async () => {}, forget: async () => {} };
  reconciler = createReconciler({ driver, restartCounts, wasLostToRestart: ({ power }) => lost && power === 'stopped', publish: (status) => published.push(status), log: pino({ level: 'silent' }), signal: stopped.signal });
});

const follow = () => {
  following = followEngine({
    driver, reconciler, onSynced, signal: stopped.signal,
    log: pino({ base: null, timestamp: false }, { write: (line) => void logged.push(JSON.parse(line) as (typeof logged)[number]) }),
    isPrepared: async () => prepared,
    engineRecord: { seen: async () => void (seen += 1), wasLostToRestart: () => lost },
    ensureEngine: async () => {
      started += 1;
      if (!canStart) throw new CloudError('unavailable', 'systemd keeps it.');
      driver.comeBack();
    },
  });
};

afterEach(async () => {
  stopped.abort();
  await following;
});

const status = () => reconciler.statuses()[0];

test('what runs is known first, then what happens is told as it happens', async () => {
  follow();
  await expect.poll(() => onSynced.mock.calls.length).toBe(1);
  expect(reconciler.statuses()).toMatchObject([{ id, power: 'running', startedAtMs: 5 }]);
  expect(seen).toBe(1);
  driver.exit(id, 7);
  await expect.poll(() => status()?.power).toBe('stopped');
  expect(published.at(-1)).toMatchObject({ power: 'stopped', exitCode: 7, lostToRestart: false });
});

test('while the engine is not there nothing is said to be known, and the engine is started', async () => {
  driver.goDown();
  follow();
  await expect.poll(() => onSynced.mock.calls.length).toBe(1);
  expect(started).toBe(1);
  expect(reconciler.statuses()).toMatchObject([{ power: 'running' }]);
});

test('P3 the engine goes away and comes back: everything is looked at anew, and nothing done', async () => {
  follow();
  await expect.poll(() => onSynced.mock.calls.length).toBe(1);
  driver.goDown();
  await expect.poll(() => onSynced.mock.calls.length).toBe(2);
  expect(started).toBe(1);
  expect(status()).toMatchObject({ power: 'running', startedAtMs: 5 });
  expect(driver.calls).toEqual([]);
});

test('P2 what did not outlive the restart of the engine is told as lost, though its end was told before', async () => {
  follow();
  await expect.poll(() => onSynced.mock.calls.length).toBe(1);
  driver.exit(id, 143);
  await expect.poll(() => status()?.power).toBe('stopped');
  lost = true;
  driver.goDown();
  await expect.poll(() => published.at(-1)?.lostToRestart === true).toBe(true);
  expect(published.at(-1)).toMatchObject({ power: 'stopped', exitCode: 143 });
});

test('an event that comes while the first list is read is not missed', async () => {
  const observeAll = driver.observeAll;
  driver.observeAll = async (known) => {
    const list = await observeAll(known);
    driver.observeAll = observeAll;
    await new Promise((resolve) => setTimeout(resolve, 5));
    driver.exit(id, 9);
    return list;
  };
  follow();
  await expect.poll(() => status()?.power).toBe('stopped');
  expect(status()).toMatchObject({ exitCode: 9 });
});

test('a list that fails is tried again with the engine as it is', async () => {
  const observeAll = driver.observeAll;
  let failures = 0;
  driver.observeAll = async (known) => {
    if (failures++ < 2) throw engineDown;
    return observeAll(known);
  };
  follow();
  await expect.poll(() => onSynced.mock.calls.length).toBe(1);
  expect(status()).toMatchObject({ power: 'running' });
});

const [info, warn] = [30, 40];

test('a host that has no engine before its first set-up is told of in one calm line, however often it is looked for, and again when it has one', async () => {
  driver.goDown();
  [prepared, canStart] = [false, false];
  follow();
  await expect.poll(() => started > 2).toBe(true);
  expect(logged).toEqual([{ level: info, msg: expect.stringContaining('novadock host prepare') as unknown }]);
  canStart = true;
  await expect.poll(() => onSynced.mock.calls.length).toBe(1);
  expect(logged.slice(1)).toEqual([{ level: info, msg: 'the Docker Engine is followed' }]);
});

test('of a prepared host it is a warning, once for each time, with reasons in words', async () => {
  follow();
  await expect.poll(() => onSynced.mock.calls.length).toBe(1);
  canStart = false;
  driver.goDown();
  await expect.poll(() => started > 2).toBe(true);
  expect(logged).toEqual([{ level: info, msg: 'the Docker Engine is followed' }, { level: warn, msg: expect.stringContaining('is away') as unknown }, { level: warn, reason: 'systemd keeps it.', msg: 'the Docker Engine does not run' }]);
});
