import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a line as a user types it into bash, pipes and all. Throws with its output when any part of it fails. */
export function shellIn(env: NodeJS.ProcessEnv): (line: string) => Promise<string> {
  return async (line) => {
    try {
      const { stdout } = await run('bash', ['-o', 'pipefail', '-c', line], { env, maxBuffer: 64 * 1024 * 1024, timeout: 180_000 });
      return stdout.trim();
    } catch (error) {
      const { stdout, stderr, code } = error as { stdout?: string; stderr?: string; code?: number };
      throw Object.assign(new Error(`$ ${line}\nexit ${String(code)}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error }), { code, stderr, stdout });
    }
  };
}

/** The rows of a table that OpenStack's clients print, by the names of its columns. */
export function tableRows(text: string): Record<string, string>[] {
  const lines = text.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  const [head = [], ...rows] = lines;
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

/** A two-column table (Field, Value) as an object. */
export function tableFields(text: string): Record<string, string> {
  return Object.fromEntries(tableRows(text).map((row) => [row.Field ?? row.Property ?? '', row.Value ?? '']));
}
