const longestMs = 10_000;

/** Waits before the next attempt to connect, longer each time; not at all once the browser says that it is online again. */
export function pauseBeforeRetry(attempts: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(longestMs, 500 * 2 ** Math.min(attempts, 10)));
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
