import { CloudError, type SetupEnd, type SetupEntry, type SetupStepChange, type StartSetup } from '@novadock/model';

/** The set-ups of a fake host: each is begun by the control plane and goes on as the test says. */
export type FakeSetups = {
  /** Each run that was begun, in order. */
  started: StartSetup[];
  /** What every run does from now on as soon as it begins; nothing unless said. */
  script: (request: StartSetup) => ({ step: SetupStepChange } | { output: { step: string; text: string } } | { ended: SetupEnd })[];
  /** Writes the next entry of a run's journal. */
  write(runId: string, what: { step: SetupStepChange } | { output: { step: string; text: string } } | { ended: SetupEnd }): void;
  start(request: StartSetup): void;
  watch(request: { runId: string; after: number }, signal: AbortSignal): AsyncGenerator<SetupEntry>;
};

export function createFakeSetups(): FakeSetups {
  const journals = new Map<string, SetupEntry[]>();
  let wake = Promise.withResolvers<void>();
  const setups: FakeSetups = {
    started: [],
    script: () => [],
    write: (runId, what) => {
      const journal = journals.get(runId);
      if (journal === undefined) throw new Error(`the fake host has no run ${runId}`);
      journal.push({ seq: journal.length + 1, atMs: Date.now(), ...what });
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
    start: (request) => {
      if (journals.has(request.runId)) return;
      const unfinished = [...journals.values()].some((journal) => !hasEnded(journal));
      if (unfinished) throw new CloudError('conflict', 'Another run of the set-up is under way.', { reason: 'setupRunning' });
      setups.started.push(request);
      journals.set(request.runId, []);
      for (const what of setups.script(request)) setups.write(request.runId, what);
    },
    watch: async function* ({ runId, after }, signal) {
      const journal = journals.get(runId);
      if (journal === undefined) throw new CloudError('notFound', 'The host knows no such run.');
      for (let at = after; !signal.aborted; ) {
        const changed = wake.promise;
        const entry = journal[at];
        if (entry !== undefined) {
          yield entry;
          at += 1;
        } else if (hasEnded(journal)) return;
        else await Promise.race([changed, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
      }
    },
  };
  return setups;
}

function hasEnded(journal: SetupEntry[]): boolean {
  const last = journal.at(-1);
  return last !== undefined && 'ended' in last;
}
