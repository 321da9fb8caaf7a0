import { expect, test } from 'vitest';
import { toHostname } from './hostname.ts';

test.each([
  ['test1', 'test1'],
  ['My Server_1', 'my-server-1'],
  ['-x-', 'x'],
  ['a.b.c', 'a-b-c'],
  ['日本', 'server-1'],
  ['x'.repeat(70), 'x'.repeat(63)],
])('%s is called %s', (name, hostname) => {
  expect(toHostname(name, 'server-1')).toBe(hostname);
});
