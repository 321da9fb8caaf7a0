import type { SetupOutput } from '@novadock/model';
import { batchLines } from './batch-lines.ts';
import { commandLine } from './command-line.ts';
import { lastLines } from './last-lines.ts';
import { redact } from './redact.ts';
import type { CommandResult } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

/** What a step of a set-up prints, as its log has it. */
export type StepLog = {
  /** The context whose commands are shown as they run, but for probes. */
  shown: SetupContext;
  /** The context whose commands only look: they are shown by `explain` alone. */
  quiet: SetupContext;
  /** Shows what was asked last, for a step that failed. */
  explain(): void;
  /** Fulfilled once everything is handed on; rejects where that failed. */
  flush(): Promise<void>;
};

/** How many of the questions that were asked last are kept. */
const maxProbes = 10;

/** `print` is handed each command line, then what the command prints, by lines and without secrets. */
export function createStepLog(ctx: SetupContext, step: string, print: (output: SetupOutput) => Promise<void>): StepLog {
  let probes: string[] = [];
  let printed: Promise<unknown> = Promise.resolve();
  const say = (text: string) => {
    printed = Promise.all([printed, print({ step, text: redact(text) })]);
    // Whoever flushes hears of it.
    printed.catch(() => {});
  };
  const probe: SetupContext['run'] = async (command, args, options) => {
    const result = await ctx.run(command, args, options);
    probes = [...probes, `$ ${commandLine(command, args)}\n${endOf(result)}`].slice(-maxProbes);
    return result;
  };
  const show: SetupContext['run'] = async (command, args, options = {}) => {
    if (options.isProbe === true) return probe(command, args, options);
    say(`$ ${commandLine(command, args)}\n`);
    const lines = batchLines(say);
    let hasHeard = false;
    const onOutput: typeof options.onOutput = (text, stream) => {
      hasHeard = true;
      lines.add(text, stream);
      options.onOutput?.(text, stream);
    };
    const result = await ctx.run(command, args, { ...options, onOutput });
    if (!hasHeard) lines.add(result.output);
    lines.end();
    if (result.code !== 0) say(`(exit ${result.code})\n`);
    return result;
  };
  const launch: SetupContext['launch'] = (daemon) => {
    say(`$ ${commandLine(daemon.command, daemon.args)} >> ${daemon.logFile} 2>&1 &\n`);
    return ctx.launch(daemon);
  };
  return {
    shown: { ...ctx, run: show, launch },
    quiet: { ...ctx, run: probe },
    explain: () => {
      if (probes.length > 0) say(probes.join(''));
      probes = [];
    },
    flush: async () => void (await printed),
  };
}

function endOf({ code, output }: CommandResult): string {
  const end = lastLines(output, 20);
  return `${end === '' ? '' : `${end}\n`}${code === 0 ? '' : `(exit ${code})\n`}`;
}
