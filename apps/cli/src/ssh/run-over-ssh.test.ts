import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runOverSsh } from './run-over-ssh.ts';
import { sshArguments } from './ssh-arguments.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ndc-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script with a program in place of ssh. */
async function over(ssh: string | undefined, more: { script?: string; args?: string[] } = {}) {
  if (ssh !== undefined) program('ssh', ssh);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const done = runOverSsh({ target: 'op@10.0.0.5', script: more.script ?? 'exit 0\n', args: more.args ?? [], io: { env: { PATH: ssh === undefined ? folder : `${folder}:${process.env.PATH}` }, signal: new AbortController().signal, stdout, stderr } });
  const error = await done.then(() => undefined, (thrown: unknown) => thrown);
  stdout.end();
  stderr.end();
  return { error, stdout: await text(stdout), stderr: await text(stderr) };
}

function program(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

test('the script runs with its arguments, as they are; what it prints comes through, and nothing of it is an argument of ssh', async () => {
  const args = ['--name', "it's $(date) \"here\""];
  const { error, stdout, stderr } = await over('echo "$@" >>"${0%/*}/seen"; shift $(($# - 1)); PATH=${0%/*}:$PATH eval "$1"', { script: 'secret=hush; for a in "$@"; do echo "<$a>"; done; echo said >&2\n', args });
  expect(error).toBeUndefined();
  expect([stdout, stderr]).toEqual([`<--name>\n<it's $(date) "here">\n`, 'said\n']);
  expect(readFileSync(join(folder, 'seen'), 'utf8')).not.toContain('hush');
});

test('ssh is told the key and the port, asks nobody, and takes no target for an option', () => {
  const args = sshArguments({ target: '-oProxyCommand=x', key: '/k', port: 2222 }, []);
  expect(args.slice(0, -1)).toEqual(['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20', '-i', '/k', '-o', 'IdentitiesOnly=yes', '-p', '2222', '--', '-oProxyCommand=x']);
});

test('as another user than root it goes through sudo, which must not ask', () => {
  program('id', 'echo 1000');
  program('sudo', 'echo "sudo $*"');
  const remote = sshArguments({ target: 'op@h' }, ['--name', 'n 1']).at(-1) ?? '';
  const { stdout } = spawnSync('sh', ['-c', remote], { encoding: 'utf8', env: { PATH: `${folder}:${process.env.PATH}` } });
  expect(stdout).toBe('sudo -n sh -s -- --name n 1\n');
});

describe('what goes wrong is explained', () => {
  test.each([
    ['there is no ssh', undefined, 'invalid', /openssh-client/],
    ['the name is not known', 'echo "ssh: Could not resolve hostname x: Name or service not known" >&2; exit 255', 'unavailable', /cannot be reached by ssh \(ssh: Could not resolve hostname x/],
    ['nobody answers', 'echo "ssh: connect to host 10.0.0.5 port 22: Connection refused" >&2; exit 255', 'unavailable', /Connection refused/],
    ['no key is accepted', 'echo "op@10.0.0.5: Permission denied (publickey)." >&2; exit 255', 'forbidden', /--key/],
    ["the host's key is not known", 'printf "No ED25519 host key is known\\nHost key verification failed.\\n" >&2; exit 255', 'conflict', /ssh op@10\.0\.0\.5/],
    ['sudo asks', 'echo "sudo: a password is required" >&2; exit 1', 'forbidden', /NOPASSWD/],
    ['the script fails', 'echo "join.sh: no room" >&2; exit 1', 'conflict', /not made a host \(status 1\)/],
  ])('%s', async (_, ssh, code, message) => {
    const { error } = await over(ssh, { script: 'x'.repeat(1_000_000) });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
  });
});
