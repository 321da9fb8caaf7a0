import { absentContainer, type Container } from '@novadock/docker';
import { describe, expect, test } from 'vitest';
import { nextLives, wasLostToRestart, type EngineLife } from './was-lost-to-restart.ts';

const minute = 60_000;
const container = (more: Partial<Container>): Container => ({ ...absentContainer({ instanceId: 'i', network: 'ready', seenAtMs: 0 }), power: 'stopped', ...more });

// The agent saw the engine until 12:00, it was started anew at 12:05, and the agent met it again at 12:06.
const at = (minutes: number) => 12 * 60 * minute + minutes * minute;
const life: EngineLife = { seenBeforeMs: at(0), startedAtMs: at(5), metAtMs: at(6), seenAtMs: at(30) };

describe('a container found dead was lost to the restart of host or engine', () => {
  test.each<[title: string, container: Container, lost: boolean]>([
    ['it ran when the power failed; the engine found it dead at its start', container({ startedAtMs: at(-60), finishedAtMs: at(5.1) }), true],
    ['the engine ended it on its own way down', container({ startedAtMs: at(-60), finishedAtMs: at(1) }), true],
    ['it had ended by itself, long before', container({ startedAtMs: at(-60), finishedAtMs: at(-30) }), false],
    ['it was stopped before, and never started since', container({ startedAtMs: at(-600), finishedAtMs: at(-500) }), false],
    ['it outlived the restart (live-restore) and ended by itself later', container({ startedAtMs: at(-60), finishedAtMs: at(20) }), false],
    ['it outlived the restart and ended by itself a moment after the agent was there', container({ startedAtMs: at(-60), finishedAtMs: at(6.1) }), false],
    ['it was started in this life of the engine and ended by itself', container({ startedAtMs: at(10), finishedAtMs: at(11) }), false],
    ['it was created, but never started', container({ startedAtMs: 0, finishedAtMs: 0 }), false],
    ['it runs, for it outlived the restart', container({ startedAtMs: at(-60), power: 'running' }), false],
    ['it is paused', container({ startedAtMs: at(-60), power: 'paused' }), false],
    ['it is gone', absentContainer({ instanceId: 'i', network: 'none', seenAtMs: 0 }), false],
  ])('%s: %s', (_, each, lost) => {
    expect(wasLostToRestart(each, life)).toBe(lost);
  });

  test('an agent that never saw the engine before takes all that the restart may have ended for lost', () => {
    expect(wasLostToRestart(container({ startedAtMs: at(-60), finishedAtMs: at(-30) }), { ...life, seenBeforeMs: 0 })).toBe(true);
  });

  test('an agent that comes long after the engine does not take what ended meanwhile for lost', () => {
    const late = { ...life, metAtMs: at(300) };
    expect(wasLostToRestart(container({ startedAtMs: at(-60), finishedAtMs: at(200) }), late)).toBe(false);
    expect(wasLostToRestart(container({ startedAtMs: at(-60), finishedAtMs: at(5.1) }), late)).toBe(true);
  });
});

describe('the life of the engine', () => {
  test('is the same one while its start is', () => {
    expect(nextLives([life], at(5), at(31))).toEqual([{ ...life, seenAtMs: at(31) }]);
    expect(nextLives([life], at(5) + 1000, at(31))).toEqual([{ ...life, seenAtMs: at(31) }]);
  });

  test('is a new one after another start, and what was seen last belongs to the one before', () => {
    expect(nextLives([life], at(40), at(41))).toEqual([life, { startedAtMs: at(40), metAtMs: at(41), seenBeforeMs: at(30), seenAtMs: at(41) }]);
  });

  test('is the first that was seen', () => {
    expect(nextLives([], at(5), at(6))).toEqual([{ startedAtMs: at(5), metAtMs: at(6), seenBeforeMs: 0, seenAtMs: at(6) }]);
  });

  test('stays the same for an agent that is restarted, so that it judges as before', () => {
    const met = nextLives([life], at(40), at(41));
    const lost = container({ startedAtMs: at(10), finishedAtMs: at(39) });
    for (const lives of [met, nextLives(nextLives(met, at(40), at(42)), at(40), at(90))]) expect(wasLostToRestart(lost, lives.at(-1) as EngineLife)).toBe(true);
  });
});
