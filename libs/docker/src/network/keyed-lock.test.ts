import { expect, test } from 'vitest';
import { createKeyedLock } from './keyed-lock.ts';

test('work with a key in common is done one after another, also when some fails; other work is not held up', async () => {
  const lock = createKeyedLock();
  const order: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (name: string, failing = false) => async () => {
    order.push(`${name} begins`);
    await new Promise<void>((resolve) => gates.set(name, resolve));
    order.push(`${name} ends`);
    if (failing) throw new Error(name);
  };
  const all = Promise.allSettled([lock(['x', 'y'], work('a', true)), lock(['y', 'x'], work('b')), lock(['z'], work('c')), lock([], work('d'))]);
  for (const name of ['c', 'd', 'a', 'b']) {
    await expect.poll(() => gates.has(name)).toBe(true);
    gates.get(name)?.();
  }
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(order.indexOf('b begins')).toBeGreaterThan(order.indexOf('a ends'));
  expect(order.indexOf('c begins')).toBeLessThan(order.indexOf('a ends'));
});
