import { expect, test } from 'vitest';
import { formats, parseTime } from './validation-formats.ts';

test.each<[string, string, boolean]>([
  ['base64', 'IyEvYmluL3No\nCg==', true],
  ['base64', 'abc', false],
  ['uuid', '0AA0111D-3964-4642-a694-e6d59d0b9e22', true],
  ['uuid', '0aa0111d39644642a694e6d59d0b9e22', false],
  ['regex', '^web-[0-9]+$', true],
  ['regex', '(', false],
  ['regex', '', false],
  ['name', 'grüne 🐳 Wale', true],
  ['ipv6', '::babe:dc0c:1602', true],
  ['ipv4', '10.0.0.256', false],
])('%s: %j', (format, value, fits) => {
  expect(formats[format]?.(value)).toBe(fits);
});

test('a key pair has a name of few characters', () => {
  const refusal = "An invalid 'name' value was provided. The name must be: Only expected characters: [_- 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]";
  expect([formats.keypairName?.('my key_1'), formats.keypairName?.('bad/name')]).toEqual([true, { refusal }]);
});

test.each([
  ['2026-11-22T13:13:11Z', '2026-11-22T13:13:11.000Z'],
  ['2026-11-22T13:13:11.123456', '2026-11-22T13:13:11.123Z'],
  ['2026-11-22 13:13:11+02:00', '2026-11-22T11:13:11.000Z'],
  ['2026-11-22T13:13:11+0200', '2026-11-22T11:13:11.000Z'],
  ['2026-11-22', '2026-11-22T00:00:00.000Z'],
])('the time %s', (text, iso) => {
  expect(parseTime(text)?.toISOString()).toBe(iso);
});

test.each(['xx', '2026-13-01', '22.11.2026', ''])('%j is no time', (text) => {
  expect(parseTime(text)).toBeUndefined();
});
