import { stdout } from 'node:process';

/** Prints one line for each step: what it is while it runs, and what came of it. */
export async function step<Result>(title: string, work: () => Promise<Result>, outcome: (result: Result) => string = () => ''): Promise<Result> {
  const startedMs = Date.now();
  if (stdout.isTTY) stdout.write(`… ${title}`);
  const done = (mark: string, detail: string) => {
    const line = `${mark} ${title}${detail === '' ? '' : `: ${detail}`} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`;
    stdout.write(stdout.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
  };
  try {
    const result = await work();
    done('✔', outcome(result));
    return result;
  } catch (error) {
    done('✘', '');
    throw error;
  }
}
