import { expect, test } from 'vitest';
import { limitConcurrency } from './limit-concurrency.ts';

test('no more than so many at once, the urgent first, and a failure gives its place on', async () => {
  const limit = limitConcurrency(2);
  const order: string[] = [];
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const work = (name: string, failing = false) => async () => {
    most = Math.max(most, ++running);
    order.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
    if (failing) throw new Error(name);
  };
  const all = [limit(work('a')), limit(work('b', true)), limit(work('c')), limit(work('d')), limit(work('urgent'), { urgent: true })];
  const settled = Promise.allSettled(all);
  for (let done = 0; done < all.length; done += 1) {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends.shift()?.();
  }
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(order).toEqual(['a', 'b', 'urgent', 'c', 'd']);
  expect(most).toBe(2);
});
