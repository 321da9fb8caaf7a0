import pico from 'picocolors';
import { expect, test } from 'vitest';
import { age, memory, size, status } from './cells.ts';

const now = Date.parse('2026-01-02T00:00:00Z');

test.each([['2026-01-01T23:59:30Z', '30s'], ['2026-01-01T23:48:00Z', '12m'], ['2026-01-01T22:01:00Z', '1h'], ['2025-12-30T00:00:00Z', '3d'], ['2026-01-02T00:00:05Z', '0s'], [null, '']])('age %s is %s', (time, shown) => expect(age(time, now)).toBe(shown));

test.each([[512, '512 MB'], [1024, '1 GB'], [1536, '1.5 GB'], [257_000, '251 GB']])('memory %d is %s', (megabytes, shown) => expect(memory(megabytes)).toBe(shown));

test.each([[null, ''], [0, '0 B'], [999, '999 B'], [1_000, '1 kB'], [2_144_000, '2.1 MB'], [12_345_678_901, '12.3 GB']])('size %s is %s', (bytes, shown) => expect(size(bytes)).toBe(shown));

test('colours say how good it is, where there are any', () => {
  const colors = pico.createColors(true);
  expect(status('active', colors)).toBe(colors.green('active'));
  expect(status('error', colors)).toBe(colors.red('error'));
  expect(status('build', colors)).toBe(colors.yellow('build'));
  expect(status('shutoff', colors)).toBe('shutoff');
  expect(status('error', pico.createColors(false))).toBe('error');
});
