import { setTimeout as delay } from 'node:timers/promises';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { observe } from '../observe.ts';

const everyMs = 10;
const atMostMs = 2_000;

/** The container once `settled` holds of it, or as it is after 2 s: an engine answers a pause or an unpause before it shows it. */
export async function observeSettled(engine: Engine, container: { instanceId: string; containerId: string }, settled: (now: Container) => boolean): Promise<Container> {
  const giveUpAt = Date.now() + atMostMs;
  for (;;) {
    const now = await observe(engine, container.instanceId, container.containerId);
    if (settled(now) || Date.now() > giveUpAt) return now;
    await delay(everyMs);
  }
}
