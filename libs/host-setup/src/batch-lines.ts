import { stripVTControlCharacters } from 'node:util';
import { lastLines } from './last-lines.ts';

/** How long lines are collected, and how much of one program's output is handed on: a log is to be read. */
const limits = { waitMs: 200, batchLength: 16 * 1024, length: 1024 * 1024, tailLength: 8 * 1024 } as const;

/** Hands what comes in pieces, of one or several streams, on in whole lines, some at a time; `end` hands the rest on. */
export type LineBatcher = { add(text: string, stream?: string): void; end(): void };

/** Of progress that a program writes over and over in one line, the last state stays. */
export function batchLines(handOn: (lines: string) => void, length: number = limits.length): LineBatcher {
  const waiting = new Map<string, string>();
  let [batch, tail] = ['', ''];
  let room = length;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (batch !== '') handOn(batch);
    batch = '';
  };
  const take = (lines: string) => {
    const text = lines.split('\n').map(toReadable).join('\n');
    if (room <= 0) return void (tail = `${tail}${text}`.slice(-limits.tailLength));
    room -= text.length;
    batch += text;
    if (batch.length > limits.batchLength) flush();
    else timer ??= setTimeout(flush, limits.waitMs);
  };
  return {
    add: (text, stream = '') => {
      const lines = (waiting.get(stream) ?? '') + text;
      const end = lines.lastIndexOf('\n') + 1;
      // A line without an end is cut somewhere, for it is held in memory.
      const cutAt = lines.length - end > limits.batchLength ? lines.length : end;
      waiting.set(stream, lines.slice(cutAt));
      if (cutAt > 0) take(cutAt === end ? lines.slice(0, cutAt) : `${lines}\n`);
    },
    end: () => {
      for (const rest of waiting.values()) if (rest !== '') take(`${rest}\n`);
      waiting.clear();
      if (tail !== '') batch += `… more than is kept here; it ended with:\n${lastLines(tail)}\n`;
      tail = '';
      flush();
    },
  };
}

function toReadable(line: string): string {
  const text = line.replace(/\r+$/, '');
  return stripVTControlCharacters(text.slice(text.lastIndexOf('\r') + 1));
}
