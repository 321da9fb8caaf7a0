import type { RecordedSetup } from '@novadock/cloud';
import type { SetupRun } from '@novadock/store';
import type { FastifyBaseLogger } from 'fastify';

export type LogSetup = { log: FastifyBaseLogger; host: string; run: Pick<SetupRun, 'id' | 'kind'>; recorded: RecordedSetup };

/** Tells what is new of a host's set-up in the log: a line as each step begins, one as it ends, and one for the end of all; none of what commands print. */
export function logSetup({ log, host, run: { id: run, kind }, recorded: { steps, ended } }: LogSetup): void {
  const about = { host, run, kind };
  for (const { name: step, state, durationMs, detail: reason } of steps) {
    if (state === 'runs') log.info({ ...about, step, state }, 'a step of the set-up begins');
    else if (state === 'failed') log.warn({ ...about, step, state, durationMs, reason }, 'a step of the set-up ended');
    else log.info({ ...about, step, state, durationMs }, 'a step of the set-up ended');
  }
  if (ended === undefined) return;
  const { succeeded, changed, error } = ended;
  if (error === undefined) log.info({ ...about, succeeded, changed }, 'a set-up ended');
  else log.warn({ ...about, succeeded, changed, step: error.step, code: error.code, reason: error.message }, 'a set-up ended');
}
