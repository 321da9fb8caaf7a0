import { expect, test } from 'vitest';
import { overlaps } from './host-route.ts';

test.each([
  ['192.168.1.0/24', '192.168.1.0/24', true],
  ['192.168.1.0/24', '192.168.0.0/16', true],
  ['10.0.0.0/8', '10.1.2.0/24', true],
  ['10.1.2.0/24', '10.1.2.200', true],
  ['10.1.2.0/24', '10.1.3.1', false],
  ['192.168.1.0/24', '192.168.2.0/24', false],
  ['192.168.1.0/25', '192.168.1.128/25', false],
])('%s and %s: %s', (one, other, expected) => {
  expect(overlaps(one, other)).toBe(expected);
  expect(overlaps(other, one)).toBe(expected);
});
