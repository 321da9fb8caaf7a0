import { CloudError } from '@novadock/model';
import { namespacePath } from './namespaces.ts';
import type { RunProgram } from './shell.ts';

/** What `ip` printed, and the lines that were fulfilled before. */
export type IpResult = { stdout: string; fulfilled: string[] };

/** What ip(8) says, over its versions, of a thing to be added that is there, and of one to be deleted that is not. */
const isThere = /File exists|already assigned/;
const isGone = /No such process|No such file|Cannot find device|No such device/;

/** `in` a namespace that there is, or in a `fresh` one that is made and given the name. */
export type IpOptions = { in?: string; fresh?: string; json?: boolean; statistics?: boolean };

/**
 * Runs lines of ip(8) in one process, in a namespace or the host's own. A line that is fulfilled already is no error; throws
 * `internal` with what ip says of any other.
 */
export async function runIp(run: RunProgram, lines: string[], options: IpOptions = {}): Promise<IpResult> {
  const flags = [...(options.json === true ? ['-json'] : []), ...(options.statistics === true ? ['-statistics'] : [])];
  const { stdout, stderr, code } = await run([...enter(options), 'ip', ...flags, '-force', '-batch', '-'], lines.join('\n'));
  const failures = code === 0 ? [] : parseFailures(lines, stderr);
  const isFulfilled = ({ line, said }: Failure) => (/ (del|flush) /.test(line) ? isGone : isThere).test(said);
  const unmet = failures.filter((failure) => !isFulfilled(failure));
  if (unmet.length > 0 || (code !== 0 && failures.length === 0)) {
    throw new CloudError('internal', `The network could not be set up: ${unmet.map(({ line, said }) => `ip ${line}: ${said}`).join('; ') || `ip ended with ${code}`}`);
  }
  return { stdout, fulfilled: failures.map(({ line }) => line) };
}

// Not `ip -netns`: that makes a mount namespace too, which costs the more the more containers there are.
function enter(options: IpOptions): string[] {
  if (options.in !== undefined) return ['nsenter', `--net=${namespacePath(options.in)}`];
  return options.fresh === undefined ? [] : ['unshare', `--net=${namespacePath(options.fresh)}`];
}

type Failure = { line: string; said: string };

/** Each complaint is followed by the number of its line, but for one so bad that ip gives up. */
function parseFailures(lines: string[], stderr: string): Failure[] {
  const failures: Failure[] = [];
  let said: string[] = [];
  for (const text of stderr.split('\n')) {
    const number = /^Command failed -:(\d+)$/.exec(text)?.[1];
    if (number === undefined) {
      if (text !== '') said.push(text);
      continue;
    }
    failures.push({ line: lines[Number(number) - 1] ?? '', said: said.join(' ') });
    said = [];
  }
  return said.length === 0 ? failures : [...failures, { line: '(the rest)', said: said.join(' ') }];
}
