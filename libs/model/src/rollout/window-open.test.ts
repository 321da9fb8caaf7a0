import { expect, test } from 'vitest';
import { parseWindow } from './parse-window.ts';
import { windowOpen } from './window-open.ts';

const nights = { days: ['Mon-Thu'], start: '02:00', length: '3h' };
const late = { days: ['Fri'], start: '23:00', length: '3h' };

test.each([
  ['it opens at its start', nights, '2026-03-02T02:00:00Z', true],
  ['not a second before', nights, '2026-03-02T01:59:59Z', false],
  ['it closes after its length', nights, '2026-03-02T05:00:00Z', false],
  ['not a second before that', nights, '2026-03-02T04:59:59Z', true],
  ['not on other days', nights, '2026-03-06T03:00:00Z', false],
  ['over midnight it belongs to the day on which it began', late, '2026-03-07T01:59:00Z', true],
  ['and not to the next', late, '2026-03-06T01:00:00Z', false],
  ['in its own time zone', { ...nights, tz: 'Europe/Berlin' }, '2026-03-02T01:00:00Z', true],
  ['which is ahead', { ...nights, tz: 'Europe/Berlin' }, '2026-03-02T04:00:00Z', false],
  ['in summer time too', { ...nights, tz: 'Europe/Berlin' }, '2026-07-06T00:00:00Z', true],
  ['with half hours', { ...nights, tz: 'Asia/Kolkata' }, '2026-03-01T20:30:00Z', true],
  ['a start that the clock leaps over is moved', { days: ['Sun'], start: '02:30', length: '1h', tz: 'Europe/Berlin' }, '2026-03-29T01:30:00Z', true],
  ['and its length is that of elapsed time', { days: ['Sun'], start: '01:30', length: '2h', tz: 'Europe/Berlin' }, '2026-03-29T02:29:00Z', true],
  ['also when the clock goes back', { days: ['Sun'], start: '01:30', length: '2h', tz: 'Europe/Berlin' }, '2026-10-25T01:30:00Z', false],
  ['24 hours, at their end', { days: ['Mon'], start: '12:00', length: '24h' }, '2026-03-03T11:59:59Z', true],
])('%s', (_title, window, at, open) => {
  expect(windowOpen(parseWindow('window', window)!, Date.parse(at))).toBe(open);
});
