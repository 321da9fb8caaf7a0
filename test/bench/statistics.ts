/** The value below which a share of the samples lies (0.5: the median). */
export function quantile(samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** "123 ms" */
export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

/** Runs `work` for 0..count-1, at most `concurrency` at once; how long each took, in ms. */
export async function timed(count: number, concurrency: number, work: (index: number) => Promise<void>): Promise<{ eachMs: number[]; totalMs: number }> {
  const eachMs: number[] = [];
  let next = 0;
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (let index = next++; index < count; index = next++) {
      const beganMs = performance.now();
      await work(index);
      eachMs.push(performance.now() - beganMs);
    }
  }));
  return { eachMs, totalMs: performance.now() - startedMs };
}
