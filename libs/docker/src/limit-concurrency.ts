/** Runs pieces of work, `size` at once at most. Those that are urgent go before those that wait. */
export type Limit = <T>(work: () => Promise<T>, options?: { urgent: boolean }) => Promise<T>;

export function limitConcurrency(size: number): Limit {
  const waiting: (() => void)[] = [];
  const urgent: (() => void)[] = [];
  let free = size;
  return async (work, options) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => (options?.urgent === true ? urgent : waiting).push(resolve));
    try {
      return await work();
    } finally {
      // A place that is handed on never becomes free in between.
      const next = urgent.shift() ?? waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
