import type { SetupStep } from '@novadock/api-client';
import type { Colors } from '../format/column.ts';
import type { RunView } from './run-view.ts';
import { duration, nextCommand, outcomeLine, stateWord, type Work } from './words.ts';

export type Rendering = { work: Work; colors: Colors; nowMs: number };

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;
const stateWidth = 'would change'.length;

/** A run that goes on, on as many lines as it has steps and one, or, `short`, on one. */
export function renderRunning(view: RunView, { short, ...rendering }: Rendering & { short: boolean }): string {
  const { colors, nowMs } = rendering;
  const step = view.current === undefined ? undefined : view.steps.find(({ name }) => name === view.current?.name);
  const now = step === undefined ? '' : `${step.title} ${colors.dim(duration(nowMs - (view.current?.sinceMs ?? nowMs)))}`;
  const head = `${spinner(nowMs)} ${colors.bold(view.host)} ${what(view)}${conditionOf(view) || (short ? now : '')}`.trimEnd();
  return short ? head : [head, ...view.steps.map((one) => stepLine(one, view, rendering))].join('\n');
}

/** A run that has ended: its steps, the diffs, and where it failed the end of what the step printed and what to do. */
export function renderEnded(view: RunView, rendering: Rendering): string {
  const { colors, work } = rendering;
  const { outcome } = view;
  const mark = outcome?.ok === true ? colors.green('✔') : colors.red('✖');
  const head = `${mark} ${colors.bold(view.host)} ${what(view)}${outcome === undefined ? '' : outcomeLine(outcome, work)}`;
  const steps = view.steps.flatMap((step) => [stepLine(step, view, rendering), ...diffLines(step, colors).map((line) => `      ${line}`)]);
  return [head, ...steps, ...failureLines(view, rendering).map((line) => `    ${line}`)].join('\n');
}

/** Why a run failed, as far as its outcome does not say. */
export function failureLines(view: RunView, { work, colors }: Pick<Rendering, 'work' | 'colors'>): string[] {
  // Why nothing was begun at all says what to do.
  if (view.outcome?.ok !== false || view.run === undefined) return [];
  const { step } = view.outcome;
  const tail = view.tails.get(step) ?? [];
  return [...(tail.length === 0 ? [] : [`${step} printed last:`, ...tail.map((line) => colors.dim(`| ${line}`))]), nextCommand(view.host, work, step)];
}

/** The diff of each file that a step changes. */
export function diffLines({ files }: SetupStep, colors: Colors): string[] {
  return files.flatMap(({ path, diff }) => {
    const lines = diff.split('\n').filter((line) => line !== '');
    // The diff itself names the file where it has a head.
    return [...(lines[0]?.startsWith('--- ') === true ? [] : [path]), ...lines.map((line) => colored(line, colors))];
  });
}

/** What stands in the way, if anything. */
export function conditionOf({ waitingSince, lost, run }: RunView): string {
  if (lost) return 'the control plane does not answer; trying again';
  if (waitingSince !== null) return `waiting for the host, which does not answer since ${waitingSince}`;
  return run === undefined || run.state === 'pending' ? 'about to begin' : '';
}

function what({ run }: RunView): string {
  return run === undefined ? '' : `${run.kind}${run.profile === null ? '' : ` ${run.profile.name}@${run.profile.revision}`}: `;
}

function stepLine(step: SetupStep, view: RunView, { colors, nowMs }: Rendering): string {
  const runs = step.state === 'runs';
  const word = runs && view.outcome === undefined ? spinner(nowMs) : stateWord(step.state, colors);
  const width = word.length + Math.max(0, stateWidth - plainLength(word));
  const took = runs ? duration(nowMs - (view.current?.sinceMs ?? nowMs)) : duration(step.durationMs);
  return `  ${word.padEnd(width)}  ${step.title} ${colors.dim(`${step.detail === '' ? '' : `${step.detail} `}(${took})`)}`;
}

function colored(line: string, colors: Colors): string {
  if (line.startsWith('+')) return colors.green(line);
  return line.startsWith('-') ? colors.red(line) : line;
}

function spinner(nowMs: number): string {
  return frames[Math.floor(nowMs / frameMs) % frames.length] ?? '';
}

function plainLength(text: string): number {
  return text.replaceAll(/\u001b\[\d+m/g, '').length;
}
