import { expect, test } from 'vitest';
import { readUnitLog } from './read-unit-log.ts';
import type { SetupContext } from './setup-step.ts';

/** A journal that is behind: it has the newest line only once it was asked to write all. */
function lateJournal(syncCode = 0) {
  const asked: string[][] = [];
  let isWritten = false;
  const run: SetupContext['run'] = async (_, args) => {
    asked.push(args);
    if (args[0] === '--sync') isWritten = true;
    return { code: args[0] === '--sync' ? syncCode : 0, stdout: args[0] === '--sync' ? '' : `starting\n${isWritten ? 'Error: boom\n' : ''}`, output: '' };
  };
  return { asked, run };
}

test('the newest lines are there, though the journal is behind', async () => {
  const { asked, run } = lateJournal();
  expect(await readUnitLog({ run }, 'a.service', { lines: 20, sinceMs: 1500, untilMs: 4200 })).toBe('starting\nError: boom');
  expect(asked.at(-1)).toEqual(['-u', 'a.service', '--since', '@1.500000', '--until', '@4.200000', '-n', '20', '-o', 'cat', '--no-pager']);
});

test('a journal that cannot be told to write tells what it has', async () => {
  expect(await readUnitLog({ run: lateJournal(1).run }, 'a.service', { lines: 20 })).toContain('starting');
});
