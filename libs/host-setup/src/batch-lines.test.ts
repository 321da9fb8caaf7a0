import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { batchLines } from './batch-lines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('whole lines are handed on, some at a time, and the rest at the end', () => {
  const handedOn: string[] = [];
  const lines = batchLines((text) => handedOn.push(text));
  for (const piece of ['o', 'ne\ntw', 'o\nthr']) lines.add(piece);
  expect(handedOn).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(handedOn).toEqual(['one\ntwo\n']);
  lines.add('ee');
  lines.end();
  expect(handedOn).toEqual(['one\ntwo\n', 'three\n']);
});

test('progress in one line and colours are left out', () => {
  const handedOn: string[] = [];
  const lines = batchLines((text) => handedOn.push(text));
  lines.add('Reading 1%\rReading 50%\rReading 100%\r\n\u001b[32mgreen\u001b[0m\r\n');
  lines.end();
  expect(handedOn.join('')).toBe('Reading 100%\ngreen\n');
});

test('a program that prints without end fills neither log nor memory, and its last lines are there', () => {
  const handedOn: string[] = [];
  const lines = batchLines((text) => handedOn.push(text), 1000);
  for (let index = 0; index < 100_000; index += 1) lines.add(`line ${index}\n`);
  lines.add('x'.repeat(1_000_000));
  lines.add('\nthe last\n');
  lines.end();
  const text = handedOn.join('');
  expect(text.length).toBeLessThan(25_000);
  expect(text).toMatch(/^line 0\nline 1\n[^]*more than is kept here; it ended with:[^]*\nthe last\n$/);
});
