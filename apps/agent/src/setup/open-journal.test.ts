import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SetupEntry } from '@novadock/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal, readJournal, type Journal, type JournalNews } from './open-journal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndj-'));
  file = join(folder, 'journal.ndjson');
  writeFileSync(file, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const output = (text: string): JournalNews => ({ output: { step: 'a', text } });
const step = (name: string): JournalNews => ({ step: { name, title: name, state: 'ok', detail: 'ü', files: [], durationMs: 1 } });
const ended: JournalNews = { ended: { succeeded: true, changed: 0, error: undefined } };
const never = new AbortController().signal;

async function read(journal: Journal, after = 0): Promise<SetupEntry[]> {
  return Array.fromAsync(journal.read(after, never));
}

test('entries are numbered, kept and read from any number on', async () => {
  const journal = await openJournal(file);
  await Promise.all([step('a'), output('x\n'), step('b'), ended].map((news) => journal.append(news)));
  expect(await read(journal)).toMatchObject([{ seq: 1, step: { name: 'a', detail: 'ü' } }, { seq: 2, output: { text: 'x\n' } }, { seq: 3, step: { name: 'b' } }, { seq: 4, ended: { succeeded: true } }]);
  expect((await read(journal, 3)).map(({ seq }) => seq)).toEqual([4]);
  expect(await read(journal, 4)).toEqual([]);
  await journal.close();
  const again = await openJournal(file);
  expect(again).toMatchObject({ ended: { succeeded: true, changed: 0 }, lastStep: 'b' });
  await again.close();
});

test('cut off at any byte of the last line, it goes on after the last whole one', async () => {
  const journal = await openJournal(file);
  for (const news of [step('a'), output('x\n'), step('ü')]) await journal.append(news);
  await journal.close();
  const bytes = readFileSync(file);
  const lastLine = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  for (let length = lastLine; length < bytes.length; length += 1) {
    writeFileSync(file, bytes.subarray(0, length));
    const cut = await openJournal(file);
    expect(cut.lastStep).toBe('a');
    await cut.append(ended);
    expect((await read(cut)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await cut.close();
  }
});

test('what a power cut left of a block that was not written is dropped', async () => {
  const journal = await openJournal(file);
  await journal.append(step('a'));
  await journal.close();
  const { size } = statSync(file);
  for (const rest of [Buffer.alloc(4096), '{"seq":7,"atMs":1,"output":{}}\n', 'garbage\n{"seq":2}\n']) {
    appendFileSync(file, rest);
    await (await openJournal(file)).close();
    expect(statSync(file).size).toBe(size);
  }
});

test('opened anew after each entry, as after a power cut, it holds all', async () => {
  for (let count = 0; count < 5; count += 1) {
    const journal = await openJournal(file);
    await journal.append(count === 4 ? ended : step(`s${count}`));
    await journal.close();
  }
  const journal = await openJournal(file);
  expect((await read(journal)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  await journal.close();
});

test('readers who come at any time and from anywhere get each entry once, in order, and end with the run', async () => {
  const journal = await openJournal(file);
  const readers: Promise<number[]>[] = [];
  const total = 300;
  for (let count = 1; count < total; count += 1) {
    const after = Math.floor((count * 7919) % 40);
    if (count % 10 === 0) readers.push(read(journal, after).then((entries) => entries.map(({ seq }) => seq - after)));
    const appended = journal.append(output(`${'x'.repeat((count * 997) % 3000)}\n`));
    if (count % 3 === 0) await appended;
  }
  await journal.append(ended);
  for (const seen of await Promise.all(readers)) {
    expect(seen).toEqual(Array.from(seen, (_, index) => index + 1));
    expect(seen.length).toBeGreaterThanOrEqual(total - 40);
  }
  await journal.close();
});

test('what a slow reader has not read yet lies in the file, not in memory', async () => {
  const journal = await openJournal(file);
  const entries = journal.read(0, never);
  await journal.append(step('a'));
  await entries.next();
  const line = `${'y'.repeat(100_000)}\n`;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 600; count += 1) await journal.append(output(line));
  await journal.append(ended);
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
  let count = 1;
  for await (const entry of entries) expect(entry.seq).toBe((count += 1));
  expect(count).toBe(602);
  await journal.close();
});

test('a reader is let go when it gives up, and told when the journal is closed before its end', async () => {
  const journal = await openJournal(file);
  await journal.append(step('a'));
  const abort = new AbortController();
  const given = Array.fromAsync(journal.read(0, abort.signal));
  const left = Array.fromAsync(journal.read(1, never));
  abort.abort();
  expect((await given).length).toBeLessThanOrEqual(1);
  await journal.close();
  await expect(left).rejects.toMatchObject({ code: 'unavailable' });
  await expect(journal.append(ended)).rejects.toMatchObject({ code: 'unavailable' });
});

test('reading a journal that somebody is about to write to takes nothing of it away', async () => {
  const line = `${JSON.stringify({ seq: 1, atMs: 1, ...step('a') })}\n`;
  // As a reader may find it: the line is half there.
  writeFileSync(file, line.slice(0, 20));
  await expect(Array.fromAsync(readJournal(file, 0, never))).rejects.toMatchObject({ code: 'unavailable', reason: 'agentStops' });
  expect(readFileSync(file, 'utf8')).toBe(line.slice(0, 20));
  writeFileSync(file, `${line}${JSON.stringify({ seq: 2, atMs: 2, ...ended })}\nhalf`);
  expect((await Array.fromAsync(readJournal(file, 0, never))).map(({ seq }) => seq)).toEqual([1, 2]);
  expect((await Array.fromAsync(readJournal(file, 1, never))).map(({ seq }) => seq)).toEqual([2]);
  expect(readFileSync(file, 'utf8')).toMatch(/half$/);
});
