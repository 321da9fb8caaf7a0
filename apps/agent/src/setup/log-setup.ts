import type { SetupEnd, SetupKind, SetupStepChange } from '@novadock/model';
import type { Logger } from 'pino';
import type { JournalNews } from './open-journal.ts';

/** Tells a run in the agent's log: a line as each step begins, one as it ends, and one for the end of all. What commands print is in the run's journal. */
export function logSetup(log: Logger, { runId: run, kind }: { runId: string; kind: SetupKind }): (news: JournalNews) => void {
  let begun: string | undefined;
  let failed: SetupStepChange | undefined;
  // By what name a step failed is said by what comes after it: the end of the run.
  const tellFailed = (end?: SetupEnd) => {
    if (failed === undefined) return;
    const { name: step, state, durationMs, detail: reason } = failed;
    log.warn({ run, kind, step, state, durationMs, ...(end?.error?.step === step ? { code: end.error.code } : {}), reason }, 'a step of the set-up ended');
    failed = undefined;
  };
  return (news) => {
    if ('output' in news) return;
    if ('ended' in news) {
      tellFailed(news.ended);
      return tellEnd(log, { run, kind }, news.ended);
    }
    tellFailed();
    const { name: step, state, durationMs } = news.step;
    if (state === 'failed') failed = news.step;
    else if (state !== 'runs') log.info({ run, kind, step, state, durationMs }, 'a step of the set-up ended');
    // It is told of once more when it is known what it will do.
    else if (begun !== step) log.info({ run, kind, step, state }, 'a step of the set-up begins');
    begun = state === 'runs' ? step : undefined;
  };
}

function tellEnd(log: Logger, about: { run: string; kind: SetupKind }, { succeeded, changed, error }: SetupEnd): void {
  if (error === undefined) log.info({ ...about, succeeded, changed }, 'a set-up ended');
  else log.warn({ ...about, succeeded, changed, step: error.step, code: error.code, reason: error.message }, 'a set-up ended');
}
