import { expect, test } from 'vitest';
import { splitCommand } from './split-command.ts';

test.each([
  ['', []],
  ['  sleep   60 ', ['sleep', '60']],
  [`sh -c 'echo "hi  there"; sleep 1'`, ['sh', '-c', 'echo "hi  there"; sleep 1']],
  ['a"b c"d', ['ab cd']],
  [String.raw`a\ b "x\"y" 'z\'`, ['a b', 'x"y', String.raw`z\ `.trim()]],
  [`''`, ['']],
])('%j', (line, words) => {
  expect(splitCommand(line)).toEqual(words);
});

test.each([`sh -c 'x`, 'a "b', 'a\\'])('refuses %j, which is not finished', (line) => {
  expect(() => splitCommand(line)).toThrow('nothing after it');
});
