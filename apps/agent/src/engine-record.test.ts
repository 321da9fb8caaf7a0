import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absentContainer, type Container } from '@novadock/docker';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEngineRecord } from './engine-record.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nd-engine-'));
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const minute = 60_000;
const at = (minutes: number) => Date.UTC(2026, 0, 1, 12) + minutes * minute;
const options = () => ({ file: join(folder, 'engine.json'), pidFile: join(folder, 'docker.pid'), bootedAtMs: 0 });
const container = (startedAt: number, finishedAt: number): Container => ({ ...absentContainer({ instanceId: 'i', network: 'ready', seenAtMs: 0 }), power: 'stopped', startedAtMs: at(startedAt), finishedAtMs: at(finishedAt) });

/** The engine was started at one moment and is seen at another. */
async function seeEngine(record: { seen: () => Promise<void> }, { startedAt, seenAt }: { startedAt: number; seenAt: number }): Promise<void> {
  writeFileSync(options().pidFile, '1');
  utimesSync(options().pidFile, at(startedAt) / 1000, at(startedAt) / 1000);
  vi.setSystemTime(at(seenAt));
  await record.seen();
}

test('what was lost when the host went down is lost still after the engine was restarted once more before anybody heard of it', async () => {
  const record = await openEngineRecord(options());
  await seeEngine(record, { startedAt: -60, seenAt: 0 });
  const [lost, endedByItself] = [container(-30, 5.1), container(-30, -20)];
  // Power is back; a set-up that was cut off goes on and restarts the engine.
  await seeEngine(record, { startedAt: 5, seenAt: 6 });
  expect([lost, endedByItself].map(record.wasLostToRestart)).toEqual([true, false]);
  await seeEngine(record, { startedAt: 7, seenAt: 8 });
  expect([lost, endedByItself].map(record.wasLostToRestart)).toEqual([true, false]);
  const later = await openEngineRecord(options());
  expect([lost, endedByItself].map(later.wasLostToRestart)).toEqual([true, false]);
  // Started again, it ended by itself.
  expect(later.wasLostToRestart(container(8.5, 9))).toBe(false);
});

test('a record of one life, as agents wrote it before, is read', async () => {
  writeFileSync(options().file, JSON.stringify({ startedAtMs: at(5), metAtMs: at(6), seenBeforeMs: at(0), seenAtMs: at(6) }));
  expect((await openEngineRecord(options())).wasLostToRestart(container(-30, 5.1))).toBe(true);
});
