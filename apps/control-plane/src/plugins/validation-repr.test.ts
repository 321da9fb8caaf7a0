import { expect, test } from 'vitest';
import { toRepr, toStr } from './validation-repr.ts';

test.each([
  [null, 'None'],
  [true, 'True'],
  [12, '12'],
  [1.5, '1.5'],
  ['web', "'web'"],
  ["it's", `"it's"`],
  [`both ' and "`, `'both \\' and "'`],
  ['a\\b\n\t\r', "'a\\\\b\\n\\t\\r'"],
  ['\u0007\u00a0\u2028\u{e0001}', "'\\x07\\xa0\\u2028\\U000e0001'"],
  ['grün 🐳', "'grün 🐳'"],
  [[1, 'a', []], "[1, 'a', []]"],
  [{ name: 'raw1', networks: [{ uuid: 'x' }], none: null }, "{'name': 'raw1', 'networks': [{'uuid': 'x'}], 'none': None}"],
])('%j is written as Python writes it', (value, repr) => {
  expect(toRepr(value)).toBe(repr);
});

test('text alone is bare, text inside something is not', () => {
  expect([toStr('web'), toStr(['web'])]).toEqual(['web', "['web']"]);
});
