import { expect, test } from 'vitest';
import { openShell } from './shell.ts';

const run = openShell();

test('a program gets its words and its input as they are, and is judged by its code', async () => {
  expect(await run(['printf', '%s|', 'a b', "it's", '$HOME `x` "q"', ''])).toEqual({ code: 0, stdout: "a b|it's|$HOME `x` \"q\"||", stderr: '' });
  expect(await run(['cat'], "one $HOME\n'two'")).toEqual({ code: 0, stdout: "one $HOME\n'two'\n", stderr: '' });
  expect(await run(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('many at once, with much output and input, keep theirs apart', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => run(['cat'], String(i).repeat(100_000))));
  results.forEach(({ stdout }, i) => expect(stdout === `${String(i).repeat(100_000)}\n`, String(i)).toBe(true));
});

test('a program that is not there, and a shell that somebody ended: said, and no harm to the next', async () => {
  await expect(run(['no-such-program-here'])).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('no-such-program-here') });
  await expect(run(['sh', '-c', 'kill -9 $PPID'])).rejects.toMatchObject({ code: 'unavailable' });
  expect(await run(['echo', 'again'])).toMatchObject({ stdout: 'again\n' });
});
