import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pollUntil } from './poll-until.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ndr-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
const readPid = (name: string) => Number(readFileSync(join(folder, name), 'utf8'));

test('what it prints is told as it comes and given back, stdout apart', async () => {
  const heard: string[] = [];
  const result = await runCommand('sh', ['-c', 'echo one; echo two >&2; exit 3'], { onOutput: (text) => heard.push(text) });
  expect(result).toMatchObject({ code: 3, stdout: 'one\n' });
  expect(result.output.split('\n').sort()).toEqual(['', 'one', 'two']);
  expect(heard.join('')).toBe(result.output);
});

test.each([['/no/such/program', 127], ['/etc/passwd', 126]])('%s ends with %i and says why', async (program, code) => {
  expect(await runCommand(program, [])).toMatchObject({ code, output: expect.stringContaining(program) });
});

test('after its time it is ended with what it started, and with what heeds no SIGTERM', async () => {
  const script = `trap '' TERM; sleep 300 & echo $! > ${folder}/child; exec sleep 301`;
  const startedAtMs = Date.now();
  expect(await runCommand('sh', ['-c', `sh -c "sleep 300 & echo \\$! > ${folder}/child; wait"; exit 0`], { timeoutMs: 300 })).toMatchObject({ code: 124 });
  expect(Date.now() - startedAtMs).toBeLessThan(5000);
  expect(await pollUntil({ condition: () => !isAlive(readPid('child')), timeoutMs: 20_000 })).toBe(true);
  // The shell itself ends; the child that ignores SIGTERM is killed.
  expect(await runCommand('sh', ['-c', `(${script}) & trap 'exit 1' TERM; while :; do sleep 0.1; done`], { timeoutMs: 300 })).toMatchObject({ code: 124 });
  expect(await pollUntil({ condition: () => !isAlive(readPid('child')), timeoutMs: 20_000 })).toBe(true);
});

test('a daemon that it leaves behind does not hold it up, and lives on', async () => {
  const result = await runCommand('sh', ['-c', `(trap '' HUP; echo here; exec sleep 300) & echo $! > ${folder}/daemon`], { timeoutMs: 10_000 });
  const daemon = readPid('daemon');
  try {
    expect(result).toMatchObject({ code: 0, stdout: 'here\n' });
    expect(isAlive(daemon)).toBe(true);
  } finally {
    process.kill(daemon, 'SIGKILL');
  }
});
