import type { Container } from '@novadock/docker';

/** What is known of a life of the engine. Times are ms since 1970. */
export type EngineLife = {
  startedAtMs: number;
  /** When the agent first spoke to it; the engine has dealt with the containers of its life before by then. */
  metAtMs: number;
  /** When the agent last saw the engine in its life before; 0: never. */
  seenBeforeMs: number;
  /** When the agent last saw it. */
  seenAtMs: number;
};

/** Longer than any engine takes to bring down what it finds at its start. */
const settlingMs = 5 * 60_000;

/**
 * Whether a container is dead because the host or the engine was restarted when this life began, and not by itself: it was started in
 * a life of the engine before this one, was not dead when that was last seen, and was when this one began. A guest that ended by itself in
 * the seconds between counts as lost too.
 */
export function wasLostToRestart(container: Container, life: EngineLife): boolean {
  const { power, startedAtMs, finishedAtMs } = container;
  if (power !== 'stopped' || startedAtMs === 0) return false;
  return startedAtMs < life.startedAtMs && finishedAtMs >= life.seenBeforeMs && finishedAtMs <= Math.min(life.metAtMs, life.startedAtMs + settlingMs);
}

/** What is known of the engine's lives, the newest last, after it was seen at `nowMs`; it says that it was started at `startedAtMs`. */
export function nextLives(lives: readonly EngineLife[], startedAtMs: number, nowMs: number): EngineLife[] {
  const life = lives.at(-1);
  if (life !== undefined && Math.abs(life.startedAtMs - startedAtMs) < sameMs) return [...lives.slice(0, -1), { ...life, seenAtMs: nowMs }];
  return [...lives, { startedAtMs, metAtMs: nowMs, seenBeforeMs: life?.seenAtMs ?? 0, seenAtMs: nowMs }];
}

/** The boot's time, which stands in where the engine's own is not known, is told by the second. */
const sameMs = 2000;
