import type { SetupEntry, SetupRun, SetupStep } from '@novadock/api-client';

/** A run as far as it was heard of. */
export type RunView = {
  host: string;
  /** Undefined until it is accepted. */
  run: SetupRun | undefined;
  steps: SetupStep[];
  /** The last lines that each step printed. */
  tails: Map<string, string[]>;
  /** The step that runs, and since when. */
  current: { name: string; sinceMs: number } | undefined;
  /** Since when its host does not answer. */
  waitingSince: string | null;
  /** The control plane does not answer. */
  lost: boolean;
  outcome: Outcome | undefined;
};

export type Outcome = { ok: true; changed: number } | { ok: false; message: string; step: string };

/** How much of what a failing step printed is shown. */
const tailLines = 20;

export function newRunView(host: string): RunView {
  return { host, run: undefined, steps: [], tails: new Map(), current: undefined, waitingSince: null, lost: false, outcome: undefined };
}

/** Takes an entry of its journal in. */
export function takeEntry(view: RunView, { at, step, output, ended }: SetupEntry): void {
  view.lost = false;
  view.waitingSince = null;
  if (step !== null) takeStep(view, step, Date.parse(at));
  if (output !== null) view.tails.set(output.step, [...(view.tails.get(output.step) ?? []), ...output.text.split('\n').filter((line) => line !== '')].slice(-tailLines));
  if (ended === null) return;
  view.current = undefined;
  view.outcome = ended.succeeded ? { ok: true, changed: ended.changed } : { ok: false, message: ended.error?.message ?? 'The host gave no reason.', step: ended.error?.step ?? '' };
}

function takeStep(view: RunView, step: SetupStep, atMs: number): void {
  const index = view.steps.findIndex(({ name }) => name === step.name);
  if (index === -1) view.steps.push(step);
  else view.steps[index] = step;
  if (step.state === 'runs') view.current = { name: step.name, sinceMs: atMs };
  else if (view.current?.name === step.name) view.current = undefined;
}
