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

const minuteMs = 60_000;

/** All moments at which a window opens and closes within a day of `around`, looked at every five minutes. */
function changes(window: object, around: string): string[] {
  const parsed = parseWindow('window', window)!;
  const found: string[] = [];
  let was = false;
  for (let at = Date.parse(around) - 1440 * minuteMs; at <= Date.parse(around) + 1440 * minuteMs; at += 5 * minuteMs) {
    const open = windowOpen(parsed, at);
    if (open !== was) found.push(`${open ? 'opens' : 'closes'} ${new Date(at).toISOString().slice(0, 16)}`);
    was = open;
  }
  return found;
}

// The clock leaps from 02:00 to 03:00 in New York, Berlin; from 00:00 to 01:00 in Santiago; from 02:00 to 02:30 on Lord Howe; from 23:00 to 00:00 in Nuuk, in spring.
test.each([
  ['New York, in the gap', { days: ['Sun'], start: '02:00', tz: 'America/New_York' }, '2026-03-08', 'opens 2026-03-08T07:00', 'closes 2026-03-08T08:00'],
  ['New York, late in the gap', { days: ['Sun'], start: '02:55', tz: 'America/New_York' }, '2026-03-08', 'opens 2026-03-08T07:00', 'closes 2026-03-08T08:00'],
  ['New York, before it', { days: ['Sun'], start: '01:55', tz: 'America/New_York' }, '2026-03-08', 'opens 2026-03-08T06:55', 'closes 2026-03-08T07:55'],
  ['New York, after it', { days: ['Sun'], start: '03:00', tz: 'America/New_York' }, '2026-03-08', 'opens 2026-03-08T07:00', 'closes 2026-03-08T08:00'],
  ['New York, in the overlap', { days: ['Sun'], start: '01:30', tz: 'America/New_York' }, '2026-11-01', 'opens 2026-11-01T05:30', 'closes 2026-11-01T06:30'],
  ['New York, as the overlap begins', { days: ['Sun'], start: '01:00', tz: 'America/New_York' }, '2026-11-01', 'opens 2026-11-01T05:00', 'closes 2026-11-01T06:00'],
  ['New York, after the overlap', { days: ['Sun'], start: '02:00', tz: 'America/New_York' }, '2026-11-01', 'opens 2026-11-01T07:00', 'closes 2026-11-01T08:00'],
  ['Santiago, in the gap', { days: ['Sun'], start: '00:00', tz: 'America/Santiago' }, '2026-09-06', 'opens 2026-09-06T04:00', 'closes 2026-09-06T05:00'],
  ['Santiago, late in the gap', { days: ['Sun'], start: '00:30', tz: 'America/Santiago' }, '2026-09-06', 'opens 2026-09-06T04:00', 'closes 2026-09-06T05:00'],
  ['Santiago, the evening before', { days: ['Sat'], start: '23:30', tz: 'America/Santiago' }, '2026-09-06', 'opens 2026-09-06T03:30', 'closes 2026-09-06T04:30'],
  ['Santiago, in the overlap', { days: ['Sat'], start: '23:30', tz: 'America/Santiago' }, '2026-04-05', 'opens 2026-04-05T02:30', 'closes 2026-04-05T03:30'],
  ['Santiago, after the overlap', { days: ['Sun'], start: '00:00', tz: 'America/Santiago' }, '2026-04-05', 'opens 2026-04-05T04:00', 'closes 2026-04-05T05:00'],
  ['Berlin, in the gap', { days: ['Sun'], start: '02:30', tz: 'Europe/Berlin' }, '2026-03-29', 'opens 2026-03-29T01:00', 'closes 2026-03-29T02:00'],
  ['Berlin, in the overlap', { days: ['Sun'], start: '02:30', tz: 'Europe/Berlin' }, '2026-10-25', 'opens 2026-10-25T00:30', 'closes 2026-10-25T01:30'],
  ['Lord Howe, in the gap of half an hour', { days: ['Sun'], start: '02:15', tz: 'Australia/Lord_Howe' }, '2026-10-04', 'opens 2026-10-03T15:30', 'closes 2026-10-03T16:30'],
  ['Lord Howe, after it', { days: ['Sun'], start: '02:45', tz: 'Australia/Lord_Howe' }, '2026-10-04', 'opens 2026-10-03T15:45', 'closes 2026-10-03T16:45'],
  ['Lord Howe, in the overlap', { days: ['Sun'], start: '01:45', tz: 'Australia/Lord_Howe' }, '2026-04-05', 'opens 2026-04-04T14:45', 'closes 2026-04-04T15:45'],
  ['Nuuk, where the gap ends the day', { days: ['Sat'], start: '23:30', tz: 'America/Nuuk' }, '2026-03-29', 'opens 2026-03-29T01:00', 'closes 2026-03-29T02:00'],
  ['UTC, in spring', { days: ['Sun'], start: '02:00', tz: 'UTC' }, '2026-03-08', 'opens 2026-03-08T02:00', 'closes 2026-03-08T03:00'],
  ['UTC, in autumn', { days: ['Sun'], start: '02:00', tz: 'UTC' }, '2026-11-01', 'opens 2026-11-01T02:00', 'closes 2026-11-01T03:00'],
])('a window opens once, where the clock is changed: %s', (_title, window, around, opens, closes) => {
  expect(changes({ ...window, length: '1h' }, around)).toEqual([opens, closes]);
});

test('a window of 24 hours over a day of 23 is as long as any other', () => {
  expect(changes({ days: ['Sat'], start: '23:30', length: '24h', tz: 'Europe/Berlin' }, '2026-03-29')).toEqual(['opens 2026-03-28T22:30', 'closes 2026-03-29T22:30']);
});
