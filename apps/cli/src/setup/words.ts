import type { SetupRun, SetupStep } from '@novadock/api-client';
import type { Colors } from '../format/column.ts';
import type { Outcome } from './run-view.ts';

/** What is done to hosts; `forget` is an undo, and more. */
export type Work = SetupRun['kind'] | 'forget';

const doneWords = { apply: 'prepared', check: 'checked', stage: 'staged', undo: 'taken back', forget: 'forgotten' } as const satisfies Record<Work, string>;
const stateWords = { runs: 'runs', ok: 'ok', wouldChange: 'would change', changed: 'changed', failed: 'failed' } as const satisfies Record<SetupStep['state'], string>;

/** What became of a host. */
export function doneWord(work: Work): string {
  return doneWords[work];
}

/** A step's state as it is shown. */
export function stateWord(state: SetupStep['state'], colors: Colors): string {
  const word = stateWords[state];
  if (state === 'failed') return colors.red(word);
  if (state === 'changed' || state === 'wouldChange') return colors.yellow(word);
  return state === 'ok' ? colors.green(word) : word;
}

/** How a run came out, in a line. */
export function outcomeLine(outcome: Outcome, work: Work): string {
  if (!outcome.ok) return `failed: ${outcome.message}`;
  if (work === 'forget') return doneWord(work);
  const count = `${outcome.changed} ${outcome.changed === 1 ? 'step' : 'steps'}`;
  if (work === 'check') return outcome.changed === 0 ? 'checked; nothing would change' : `checked; ${count} would change`;
  if (work === 'stage') return outcome.changed === 0 ? 'staged; there was nothing to fetch' : `staged; for ${count} something was fetched`;
  return `${doneWord(work)}; ${outcome.changed === 0 ? 'nothing changed' : `${count} changed`}`;
}

/** 2 prepared, 1 failed. */
export function summaryLine(outcomes: (Outcome | undefined)[], work: Work): string {
  const done = outcomes.filter((outcome) => outcome?.ok === true).length;
  const failed = outcomes.filter((outcome) => outcome?.ok === false).length;
  return [...(done > 0 || failed === 0 ? [`${done} ${doneWord(work)}`] : []), ...(failed > 0 ? [`${failed} failed`] : [])].join(', ');
}

/** What to do about a failure: of a step, or of another kind. */
export function nextCommand(host: string, work: Work, step: string): string {
  const again = { apply: `novadock host prepare ${host}`, check: `novadock host prepare ${host} --dry-run`, stage: `novadock host prepare ${host} --stage`, undo: `novadock host unprepare ${host}`, forget: `novadock host forget ${host}` }[work];
  return step === '' ? `Then: ${again}` : `Put that right, then: ${again}. All that was printed: novadock host watch ${host} --log`;
}

/** 340 ms, 2.3 s, 4 min 5 s. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}
