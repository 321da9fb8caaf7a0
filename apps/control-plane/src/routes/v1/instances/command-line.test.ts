import { splitCommand } from '@novadock/model';
import { expect, test } from 'vitest';
import { toCommandLine } from './command-line.ts';

test('a line stays as it is', () => expect(toCommandLine("sh -c 'a  b'")).toBe("sh -c 'a  b'"));

test('words come back as they were', () => {
  const words = ['sh', '-c', `echo "it's" $HOME \\ ; done`, '', 'a\nb', 'ünï', '/usr/bin/x-1.2', "'"];
  expect(splitCommand(toCommandLine(words))).toEqual(words);
});
