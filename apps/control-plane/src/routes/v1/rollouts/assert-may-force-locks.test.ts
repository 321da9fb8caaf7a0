import { expect, test } from 'vitest';
import { assertMayForceLocks } from './assert-may-force-locks.ts';

test('to take hosts with locked instances is for who the policy allows', () => {
  expect(() => assertMayForceLocks({ isAdmin: false }, { locks: 'force' })).toThrow(expect.objectContaining({ code: 'forbidden', reason: 'novadock:rollouts:force-locks' }));
  expect(() => assertMayForceLocks({ isAdmin: true }, { locks: 'force' })).not.toThrow();
  for (const strategy of [{}, { locks: 'honour' }]) expect(() => assertMayForceLocks({ isAdmin: false }, strategy)).not.toThrow();
});
