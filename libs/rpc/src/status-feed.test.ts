import type { InstancesUpdate, InstanceStatus } from '@novadock/model';
import { expect, test } from 'vitest';
import { createStatusFeed } from './status-feed.ts';

const status = (id: string, generation = 1): InstanceStatus => ({
  id, generation, power: 'running', containerId: id, exitCode: 0, oomKilled: false, startedAtMs: 1, finishedAtMs: 0, error: undefined, step: '', restarts: 0, lostToRestart: false,
});

const next = async (updates: AsyncGenerator<InstancesUpdate>) => (await updates.next()).value as InstancesUpdate;

test('a full list first, then each change, and the newest only of what a slow reader missed', async () => {
  const feed = createStatusFeed(() => [status('a')]);
  const updates = feed.watch(new AbortController().signal);
  expect(await next(updates)).toEqual({ all: [status('a')] });
  const waiting = next(updates);
  feed.publish(status('b'));
  expect(await waiting).toEqual({ one: status('b') });
  for (let generation = 2; generation < 1000; generation += 1) feed.publish(status('c', generation));
  feed.publish(status('d'));
  expect([await next(updates), await next(updates)]).toEqual([{ one: status('c', 999) }, { one: status('d') }]);
  await updates.return(undefined);
});

test('a full list again and again, which holds what changed before it', async () => {
  const list = [status('a')];
  const feed = createStatusFeed(() => list, 10);
  const updates = feed.watch(new AbortController().signal);
  await next(updates);
  expect(await next(updates)).toEqual({ all: [status('a')] });
  list.push(status('b'));
  expect(await next(updates)).toEqual({ all: [status('a'), status('b')] });
  await updates.return(undefined);
});

test('each watcher has all; one that leaves ends at once, also while it waits', async () => {
  const feed = createStatusFeed(() => []);
  const [abort, stay] = [new AbortController(), new AbortController()];
  const [leaving, staying] = [feed.watch(abort.signal), feed.watch(stay.signal)];
  await Promise.all([next(leaving), next(staying)]);
  const end = leaving.next();
  abort.abort();
  expect(await end).toEqual({ done: true, value: undefined });
  const waiting = next(staying);
  feed.publish(status('a'));
  expect(await waiting).toEqual({ one: status('a') });
  stay.abort();
  expect(await staying.next()).toMatchObject({ done: true });
});
