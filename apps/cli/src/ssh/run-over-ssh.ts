import { spawn } from 'node:child_process';
import { CloudError } from '@novadock/model';
import type { Io } from '../cli.ts';
import { sshArguments, type SshTarget } from './ssh-arguments.ts';

/** How much of what ssh said last is looked at. */
const tailLength = 4096;

/**
 * Runs `script` as root on another machine, through the user's own OpenSSH client, and passes on what it prints. The script goes over
 * standard input, so that nothing in it is in a list of processes. Throws what to do when ssh does not get there or the script fails.
 */
export async function runOverSsh(options: SshTarget & { script: string; args: string[]; io: Pick<Io, 'env' | 'signal' | 'stdout' | 'stderr'> }): Promise<void> {
  const { script, args, io, ...target } = options;
  const child = spawn('ssh', sshArguments(target, args), { stdio: 'pipe', env: io.env, signal: io.signal });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => void io.stdout.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-tailLength);
    io.stderr.write(chunk);
  });
  // It ends before it has read all when it cannot connect.
  child.stdin.on('error', () => {}).end(script);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (status) => resolve(status ?? 255));
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new CloudError('invalid', 'There is no ssh here. Install OpenSSH\'s client (Debian: apt-get install openssh-client), or run the command of `novadock host token` on the host itself.');
    throw error;
  });
  if (code !== 0) throw explain(target.target, code, said);
}

/** What an exit code of ssh means; its own failures are 255, others are those of the script. */
function explain(target: string, code: number, said: string): CloudError {
  const reason = said.trim().split('\n').at(-1)?.trim() ?? '';
  if (code === 255 && /Host key verification failed/.test(said)) return new CloudError('conflict', `Whether ${target} is the machine that you mean is not known: its key is a new or another one. Connect once with \`ssh ${target}\`, compare the key, and try again.`);
  if (code === 255 && /Permission denied|Too many authentication failures/.test(said)) return new CloudError('forbidden', `${target} does not let you in (${reason}). Give a key that it accepts with --key; \`ssh ${target}\` has to work without a password.`);
  if (code === 255) return new CloudError('unavailable', `${target} cannot be reached by ssh (${reason}).`);
  if (/sudo: .*(password|terminal)/.test(said)) return new CloudError('forbidden', `sudo asks for a password on ${target}. Sign in as root, or let that user run sudo without one (NOPASSWD).`);
  return new CloudError('conflict', `${target} was not made a host (status ${code}); what it said is above. Try again when it is mended.`);
}
