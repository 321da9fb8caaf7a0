import type { SetupEntry } from '@novadock/api-client';
import pico from 'picocolors';
import type { Cli } from '../cli.ts';
import { conditionOf, diffLines, failureLines, renderEnded, renderRunning } from './render-run.ts';
import type { RunView } from './run-view.ts';
import { duration, outcomeLine, stateWord, type Work } from './words.ts';

/** Shows runs while they go on. */
export type Display = {
  /** Something about a run is new; `entry`: what it was told of. */
  changed: (view: RunView, entry?: SetupEntry) => void;
  close: () => void;
};

export type DisplayOptions = { cli: Cli; views: RunView[]; work: Work; log: boolean };

const redrawMs = 80;

/** On a terminal a view that is drawn anew all the time, else a line for each change; nothing where the result is to be JSON or YAML. */
export async function openDisplay(options: DisplayOptions): Promise<Display> {
  const { cli, log } = options;
  if (cli.format() !== 'table') return { changed: () => {}, close: () => {} };
  return cli.io.stdout.isTTY === true && !log && cli.io.env.TERM !== 'dumb' ? liveDisplay(options) : plainDisplay(options);
}

async function liveDisplay({ cli, views, work }: DisplayOptions): Promise<Display> {
  const { createLogUpdate } = await import('log-update');
  const { stdout, env } = cli.io;
  const screen = createLogUpdate(stdout);
  const colors = pico.createColors((env.NO_COLOR ?? '') === '');
  const shown = new Set<RunView>();
  const draw = () => {
    const rendering = { work, colors, nowMs: Date.now() };
    const running = views.filter(({ outcome }) => outcome === undefined);
    const lines = running.reduce((sum, { steps }) => sum + steps.length + 1, 0);
    screen(running.map((view) => renderRunning(view, { ...rendering, short: lines > (stdout.rows ?? 24) - 2 })).join('\n'));
  };
  const changed = (view: RunView) => {
    if (view.outcome === undefined || shown.has(view)) return;
    shown.add(view);
    screen.persist(renderEnded(view, { work, colors, nowMs: Date.now() }));
    draw();
  };
  const timer = setInterval(draw, redrawMs);
  const close = () => {
    clearInterval(timer);
    screen.clear();
    screen.done();
  };
  return { changed, close };
}

/** Each line begins with its host. */
function plainDisplay({ cli, work, log }: DisplayOptions): Display {
  const colors = pico.createColors(false);
  const conditions = new Map<RunView, string>();
  const say = (view: RunView, lines: string[]) => void cli.io.stdout.write(lines.map((line) => `${view.host}: ${line}\n`).join(''));
  const sayCondition = (view: RunView) => {
    const condition = view.outcome === undefined ? conditionOf(view) : '';
    if (condition !== (conditions.get(view) ?? '') && condition !== '') say(view, [condition]);
    conditions.set(view, condition);
  };
  const changed = (view: RunView, entry?: SetupEntry) => {
    sayCondition(view);
    const { step, output } = entry ?? {};
    if (log && output) say(view, output.text.split('\n').filter((line) => line !== '').map((line) => `| ${line}`));
    if (step) {
      const took = step.state === 'runs' ? '' : ` (${duration(step.durationMs)})`;
      say(view, [`${stateWord(step.state, colors)}: ${step.title}${took}${step.detail === '' ? '' : `: ${step.detail}`}`, ...(step.state === 'runs' ? [] : diffLines(step, colors).map((line) => `  ${line}`))]);
    }
    if (view.outcome !== undefined) say(view, [outcomeLine(view.outcome, work), ...failureLines(view, { work, colors })]);
  };
  return { changed, close: () => {} };
}
