import { expect, test } from 'vitest';
import { toTime } from './instance-logs.ts';

const now = Date.parse('2026-01-02T00:00:00Z');

test.each([['30s', '2026-01-01T23:59:30.000Z'], ['10m', '2026-01-01T23:50:00.000Z'], ['2h', '2026-01-01T22:00:00.000Z'], ['1d', '2026-01-01T00:00:00.000Z'], ['2026-01-01T12:00:00+01:00', '2026-01-01T11:00:00.000Z']])('%s is %s', (text, time) => expect(toTime(text, now)).toBe(time));

test('what is no time is refused', () => expect(() => toTime('soon', now)).toThrow(/It must be like/));
