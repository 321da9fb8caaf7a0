import type { SetupEntry, SetupRun, SetupStep } from '@novadock/api-client';
import pico from 'picocolors';
import { expect, test } from 'vitest';
import { renderEnded, renderRunning } from './render-run.ts';
import { newRunView, takeEntry } from './run-view.ts';
import { duration, outcomeLine, summaryLine } from './words.ts';

const colors = pico.createColors(false);
const at = '2026-01-01T00:00:00.000Z';
const nowMs = Date.parse(at) + 2_500;
const run = { id: 'r1', hostId: 'h', host: 'h1', kind: 'apply', profile: { name: 'default', revision: 2 }, state: 'running' } as SetupRun;
const step = (change: Partial<SetupStep>): SetupEntry => ({ seq: 1, at, output: null, ended: null, step: { name: 'engine', title: 'Engine settings', state: 'runs', detail: '', files: [], durationMs: 0, ...change } });
const output = (text: string): SetupEntry => ({ seq: 1, at, step: null, ended: null, output: { step: 'engine', text } });
const end = (ended: SetupEntry['ended']): SetupEntry => ({ seq: 1, at, step: null, output: null, ended });

function view(...entries: SetupEntry[]) {
  const made = { ...newRunView('h1'), run };
  for (const entry of entries) takeEntry(made, entry);
  return made;
}

test('a run that goes on shows each step, and how long the one that runs has taken; or all on one line', () => {
  const running = view(step({ name: 'checks', title: 'Prechecks', state: 'ok', durationMs: 12 }), step({}));
  expect(renderRunning(running, { work: 'apply', colors, nowMs, short: false }).split('\n')).toEqual([expect.stringMatching(/^. h1 apply default@2:$/), '  ok            Prechecks (12 ms)', expect.stringMatching(/^ {2}. {13}Engine settings \(2\.5 s\)$/)]);
  expect(renderRunning(running, { work: 'apply', colors, nowMs, short: true })).toMatch(/^. h1 apply default@2: Engine settings 2\.5 s$/);
});

test('what is in the way is said', () => {
  const waiting = { ...view(), waitingSince: at };
  expect(renderRunning(waiting, { work: 'apply', colors, nowMs, short: true })).toContain(`waiting for the host, which does not answer since ${at}`);
  expect(renderRunning({ ...waiting, lost: true }, { work: 'apply', colors, nowMs, short: true })).toContain('the control plane does not answer; trying again');
});

test('a run that failed shows diffs, the last 20 lines of the step that failed, and what to do', () => {
  const lines = Array.from({ length: 25 }, (_, index) => `line ${index}`);
  const failed = view(step({}), output(lines.join('\n')), step({ state: 'failed', detail: 'bad key', durationMs: 1500, files: [{ path: '/etc/docker/daemon.json', diff: '@@ -1 +1 @@\n-{}\n+{"a":1}\n' }] }), end({ succeeded: false, changed: 0, error: { code: 'invalid', message: 'bad key', step: 'engine' } }));
  expect(renderEnded(failed, { work: 'apply', colors, nowMs }).split('\n')).toEqual([
    '✖ h1 apply default@2: failed: bad key', '  failed        Engine settings bad key (1.5 s)', '      /etc/docker/daemon.json', '      @@ -1 +1 @@', '      -{}', '      +{"a":1}',
    '    engine printed last:', ...lines.slice(5).map((line) => `    | ${line}`),
    '    Put that right, then: novadock host prepare h1. All that was printed: novadock host watch h1 --log',
  ]);
});

test.each([
  [{ ok: true, changed: 0 } as const, 'apply' as const, 'prepared; nothing changed'], [{ ok: true, changed: 1 } as const, 'apply' as const, 'prepared; 1 step changed'],
  [{ ok: true, changed: 3 } as const, 'check' as const, 'checked; 3 steps would change'], [{ ok: true, changed: 2 } as const, 'undo' as const, 'taken back; 2 steps changed'],
  [{ ok: false, message: 'no', step: '' } as const, 'forget' as const, 'failed: no'],
])('%j of %s is: %s', (outcome, work, line) => expect(outcomeLine(outcome, work)).toBe(line));

test('the summary counts', () => {
  const [good, bad] = [{ ok: true, changed: 1 } as const, { ok: false, message: '', step: '' } as const];
  expect(summaryLine([good, good, bad], 'apply')).toBe('2 prepared, 1 failed');
  expect(summaryLine([bad], 'apply')).toBe('1 failed');
  expect(summaryLine([good], 'forget')).toBe('1 forgotten');
});

test.each([[340, '340 ms'], [2_300, '2.3 s'], [245_000, '4 min 5 s']])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
