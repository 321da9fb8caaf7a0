import { spawn } from 'node:child_process';

export type Result = { code: number; stdout: string; stderr: string };
export type RunOptions = { timeoutMs?: number; input?: string | Buffer; env?: NodeJS.ProcessEnv; cwd?: string };

/** Runs a program to its end; its exit code is the caller's to look at. Throws only when it cannot be started or takes longer than `timeoutMs`. */
export function runProgram([command = '', ...args]: string[], { timeoutMs = 120_000, input, env, cwd }: RunOptions = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    // A process group of its own: what a line on a host does to its group, `kill 0` say, is not done to the tests.
    const child = spawn(command, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], env, cwd, detached: true });
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (data: Buffer) => (output.stdout += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (output.stderr += data.toString()));
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      reject(new Error(`${describe(command, args)} took longer than ${timeoutMs / 1000} s\n${output.stdout}${output.stderr}`));
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? (signal === null ? 1 : 128), ...output });
    });
    // A program that does not read all of its input ends the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Runs a program that has to succeed; its output without the line end. Throws with all it printed. */
export async function mustRun(line: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runProgram(line, options);
  const [command = '', ...args] = line;
  if (code !== 0) throw Object.assign(new Error(`${describe(command, args)}: exit ${code}\n${stdout}${stderr}`), { code, stdout, stderr });
  return stdout.trimEnd();
}

function describe(command: string, args: string[]): string {
  return `$ ${[command, ...args].join(' ')}`;
}
