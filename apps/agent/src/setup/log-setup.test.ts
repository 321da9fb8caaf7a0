import type { SetupStepChange } from '@novadock/model';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { logSetup } from './log-setup.ts';
import type { JournalNews } from './open-journal.ts';

const change = (name: string, state: SetupStepChange['state'], more: Partial<SetupStepChange> = {}): JournalNews => ({ step: { name, title: `the ${name}`, state, detail: '', files: [], durationMs: state === 'runs' ? 0 : 20, ...more } });
const output: JournalNews = { output: { step: 'packages', text: 'Unpacking docker.io …\n' } };

function logged(kind: 'check' | 'apply', ...news: JournalNews[]): object[] {
  const lines: object[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line) as object) }).child({ host: 'h1' });
  const tell = logSetup(log, { runId: 'r1', kind });
  for (const one of news) tell(one);
  return lines;
}

const about = { host: 'h1', run: 'r1', kind: 'apply' };
const begins = { level: 30, ...about, state: 'runs', msg: 'a step of the set-up begins' };
const ended = { level: 30, ...about, durationMs: 20, msg: 'a step of the set-up ended' };

test('each step is a line as it begins and one as it ends, whatever it prints and says that it will do', () => {
  const lines = logged('apply', change('prechecks', 'runs'), change('prechecks', 'ok'), change('packages', 'runs'), change('packages', 'runs', { detail: 'install docker.io' }), output, output, change('packages', 'changed'), { ended: { succeeded: true, changed: 1, error: undefined } });
  expect(lines).toEqual([
    { ...begins, step: 'prechecks' }, { ...ended, step: 'prechecks', state: 'ok' },
    { ...begins, step: 'packages' }, { ...ended, step: 'packages', state: 'changed' },
    { level: 30, ...about, succeeded: true, changed: 1, msg: 'a set-up ended' },
  ]);
});

test('one that failed is a warning with its code and reason', () => {
  const lines = logged('apply', change('packages', 'runs'), output, change('packages', 'failed', { detail: 'no space left' }), { ended: { succeeded: false, changed: 0, error: { code: 'diskFull', message: 'no space left', step: 'packages' } } });
  expect(lines.slice(1)).toEqual([
    { ...ended, level: 40, step: 'packages', state: 'failed', code: 'diskFull', reason: 'no space left' },
    { level: 40, ...about, succeeded: false, changed: 0, step: 'packages', code: 'diskFull', reason: 'no space left', msg: 'a set-up ended' },
  ]);
});

test('a check goes on after one that failed: its line stands before those of the next', () => {
  const lines = logged('check', change('socket', 'runs'), change('socket', 'failed', { detail: 'gone' }), change('boot', 'runs'), change('boot', 'wouldChange'));
  expect(lines).toMatchObject([{ step: 'socket', state: 'runs' }, { step: 'socket', state: 'failed', reason: 'gone' }, { step: 'boot', state: 'runs' }, { step: 'boot', state: 'wouldChange' }]);
});
