import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until there is an answer other than undefined or false. Throws with `what` when there is none in time. */
export async function waitFor<Answer>(what: string, ask: () => Promise<Answer | undefined | false>, timeoutMs = 60_000, everyMs = 50): Promise<Answer> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > giveUpAt) throw new Error(`waited ${timeoutMs / 1000} s in vain for: ${what}`);
    await delay(everyMs);
  }
}
