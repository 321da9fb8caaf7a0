/** Runs pieces of work that have a key in common one after another. */
export type KeyedLock = <T>(keys: string[], work: () => Promise<T>) => Promise<T>;

export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return async (keys, work) => {
    // All of them in one go, so that nobody holds one and waits for another.
    const before = Promise.all(keys.map((key) => tails.get(key)));
    const done = before.then(work);
    const tail = done.catch(() => {});
    keys.forEach((key) => tails.set(key, tail));
    try {
      return await done;
    } finally {
      keys.filter((key) => tails.get(key) === tail).forEach((key) => tails.delete(key));
    }
  };
}
