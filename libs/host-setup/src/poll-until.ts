import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until the condition holds; false when it did not within `timeoutMs`. */
export async function pollUntil(options: { condition: () => boolean | Promise<boolean>; timeoutMs: number; intervalMs?: number }): Promise<boolean> {
  const deadline = Date.now() + options.timeoutMs;
  while (!(await options.condition())) {
    if (Date.now() >= deadline) return false;
    await delay(options.intervalMs ?? 100);
  }
  return true;
}
