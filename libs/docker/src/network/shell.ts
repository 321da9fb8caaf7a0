import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { CloudError } from '@novadock/model';

export type ProgramResult = { code: number; stdout: string; stderr: string };
/** Runs a program with `input` on stdin to its end. Throws `internal` when the host lacks it. */
export type RunProgram = (command: string[], input?: string) => Promise<ProgramResult>;

/**
 * Runs programs one after another as children of a shell that stays. To start one from this process would copy the tables of
 * its memory: several ms of CPU and of standstill for each, where the shell needs a tenth of one.
 */
export function openShell(): RunProgram {
  let shell: Shell | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (command, input = '') => {
    const result = last.then(() => {
      shell = shell?.isAlive === true ? shell : new Shell();
      return shell.run(command, input);
    });
    last = result.catch(() => {});
    return result;
  };
}

class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  /** What ends the output of a program. */
  readonly #mark = randomUUID();
  #stdout = '';
  #stderr = '';
  #onOutput = () => {};
  #onEnd: (error: Error) => void = () => {};
  isAlive = true;

  constructor() {
    this.#child = spawn('sh', [], { stdio: 'pipe', env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => ((this.#stdout += text), this.#onOutput()));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => ((this.#stderr += text), this.#onOutput()));
    const end = (cause?: unknown) => {
      this.isAlive = false;
      this.#onEnd(new CloudError('unavailable', 'The shell that sets up networks ended.', { cause }));
    };
    this.#child.on('error', end).on('exit', end);
    this.#child.stdin.on('error', () => {});
    this.#idle(true);
  }

  async run(command: string[], input: string): Promise<ProgramResult> {
    this.#stdout = this.#stderr = '';
    this.#idle(false);
    try {
      const ended = this.#end();
      const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
      this.#child.stdin.write(`${quoted} <<'${this.#mark}'\n${input}\n${this.#mark}\necho ${this.#mark} $?; echo ${this.#mark} >&2\n`);
      const result = await ended;
      if (result.code === 127) throw new CloudError('internal', `The host lacks a program, ${result.stderr.trim()}: run its set-up.`);
      return result;
    } finally {
      this.#idle(true);
    }
  }

  #end(): Promise<ProgramResult> {
    return new Promise((resolve, reject) => {
      this.#onEnd = reject;
      this.#onOutput = () => {
        const [stdout = '', code] = this.#stdout.split(`${this.#mark} `);
        if (code?.endsWith('\n') !== true || !this.#stderr.endsWith(`${this.#mark}\n`)) return;
        resolve({ code: Number(code), stdout, stderr: this.#stderr.slice(0, -this.#mark.length - 1) });
      };
    });
  }

  /** An idle shell does not keep this process from ending; it ends with it. */
  #idle(idle: boolean): void {
    const handles = [this.#child, this.#child.stdin, this.#child.stdout, this.#child.stderr] as unknown as { ref(): void; unref(): void }[];
    for (const handle of handles) idle ? handle.unref() : handle.ref();
  }
}
