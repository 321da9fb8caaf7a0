import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import type { SetupFacts } from './host-setup.ts';
import { profileChanges } from './profile-changes.ts';
import { driftChange, isPrepared, mergeSteps, setupState, type LastRun } from './setup-state.ts';

const facts = (ok: boolean, profile = 'default'): SetupFacts => ({ profile, revision: 1, steps: [{ name: 'a', title: 'A', ok, detail: '' }], checkedAtMs: 1 });
const run = (kind: LastRun['kind'], succeeded?: boolean): LastRun => ({ kind, finished: succeeded !== undefined, ended: succeeded === undefined ? undefined : { succeeded, changed: 0, error: undefined } });

test.each([
  [undefined, undefined, 'none'], [facts(true, ''), undefined, 'none'], [facts(true), run('apply', true), 'ok'], [facts(false), run('apply', true), 'drifted'],
  [facts(true), run('check'), 'running'], [facts(true), run('stage'), 'running'], [facts(true), run('apply', false), 'failed'], [facts(true, ''), run('undo', true), 'none'],
] as const)('with %j and %j it is %s', (found, last, state) => expect(setupState(found, last)).toBe(state));

test.each([
  [undefined, facts(true), undefined], [undefined, facts(false), 'drifted'], [facts(true), facts(false), 'drifted'], [facts(false), facts(false), undefined], [facts(false), facts(true), 'mended'],
  [facts(false), facts(false, ''), undefined], [facts(false), undefined, undefined],
])('from %j to %j: %s', (before, after, change) => expect(driftChange(before, after)).toBe(change));

test.each([
  [undefined, undefined, false], [facts(true), undefined, true], [undefined, run('apply', false), true], [facts(true, ''), run('undo', true), false], [facts(true, ''), run('undo', false), true], [undefined, run('check'), false], [undefined, run('stage', true), false],
] as const)('prepared, with %j and %j: %s', (found, last, prepared) => expect(isPrepared(found, last)).toBe(prepared));

test('of each step the newest state is kept, in the order in which they came', () => {
  const step = (name: string, state: 'runs' | 'ok') => ({ name, title: '', state, detail: '', files: [], durationMs: 0 });
  expect(mergeSteps([step('a', 'ok'), step('b', 'runs')], [step('c', 'runs'), step('b', 'ok')])).toEqual([step('a', 'ok'), step('b', 'ok'), step('c', 'runs')]);
});

test('JSON is the same whatever the order of keys, and lists keep theirs', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }, 2], a: null })).toBe('{"a":null,"b":[{"d":1},2]}');
  expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }));
});

test('what differs is told field by field', () => {
  expect(profileChanges({ a: { b: 1, c: [1] }, d: {} }, { a: { b: 2, c: [1] }, e: 'x' })).toEqual([
    { field: 'a.b', before: 1, after: 2 }, { field: 'd', before: {}, after: undefined }, { field: 'e', before: undefined, after: 'x' },
  ]);
});
