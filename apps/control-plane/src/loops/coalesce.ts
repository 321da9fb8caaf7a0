/** Work that any number of calls ask for. */
export type Coalesced = {
  run: () => void;
  /** Resolves once none of it is under way. */
  idle: () => Promise<void>;
};

/** Runs `work` once for any number of calls that come while it runs, and once more after it for those. */
export function coalesce(work: () => Promise<void>, onError: (error: unknown) => void): Coalesced {
  let running: Promise<void> | undefined;
  let again = false;
  const run = () => {
    if (running !== undefined) {
      again = true;
      return;
    }
    again = false;
    running = work().catch(onError).finally(() => {
      running = undefined;
      if (again) run();
    });
  };
  return { run, idle: async () => running };
}
