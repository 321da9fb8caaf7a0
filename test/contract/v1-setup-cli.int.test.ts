import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { beginSetupRun, recordSetupEntries } from '@novadock/cloud';
import type { SetupEntry, SetupKind } from '@novadock/model';
import { inTransaction, recordEvent } from '@novadock/store';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../apps/cli/src/run.ts';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
let url: string;
let folder: string;
beforeAll(async () => {
  v1 = await createV1Cloud();
  url = await v1.app.listen({ host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'novadock-cli-'));
  await v1.store.prisma.host.create({ data: { id: '00000000-0000-4000-8000-000000000002', name: 'c2', address: '10.0.0.2:9774', lastSeenAt: new Date() } });
});
afterAll(async () => {
  await v1.close();
  await rm(folder, { recursive: true });
});

/** Begins a command line: what it prints so far, how to interrupt it, and what it comes to. */
function begin(args: string[], terminal = false) {
  const [stdout, stderr, interrupting] = [Object.assign(new PassThrough(), terminal ? { isTTY: true, columns: 100, rows: 40 } : {}), new PassThrough(), new AbortController()];
  const printed = { stdout: '', stderr: '' };
  stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
  const env = { OS_AUTH_URL: `${url}/identity/v3`, OS_USERNAME: 'admin', OS_PASSWORD: 'secret', OS_PROJECT_NAME: 'admin', NO_COLOR: '1' };
  const result = run(args, { stdout, stderr, env, cwd: folder, userHome: '/nonexistent', signal: interrupting.signal }).then((code) => ({ code, ...printed }));
  return { printed, interrupt: () => interrupting.abort(), result };
}
const cli = (...args: string[]) => begin(args).result;

type Part<Union> = Union extends unknown ? Omit<Union, 'seq' | 'atMs'> : never;
type What = Part<SetupEntry>;
const step = (state: 'runs' | 'ok' | 'wouldChange' | 'changed' | 'failed', files: { path: string; diff: string }[] = []): What => ({ step: { name: 'engine', title: 'Engine settings', state, detail: '', files, durationMs: 1200 } });
const diff = [{ path: '/etc/docker/daemon.json', diff: '--- /etc/docker/daemon.json\n+++ /etc/docker/daemon.json\n@@ -0,0 +1 @@\n+{}\n' }];
const good = (changed: number): What[] => [step('runs'), step(changed === 0 ? 'ok' : 'changed', changed === 0 ? [] : diff), { ended: { succeeded: true, changed, error: undefined } }];
const bad: What[] = [step('runs'), { output: { step: 'engine', text: '$ dockerd --validate\nunknown key: x\n' } }, step('failed'), { ended: { succeeded: false, changed: 0, error: { code: 'ENGINE_CONFIG_INVALID', message: 'unknown key: x', step: 'engine' } } }];

let script: (host: string, kind: SetupKind) => What[];
let playing: Promise<void>;
let stop: AbortController;
/** Plays the hosts: whatever is asked of them is done at once, as the test says. */
async function play(signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await delay(20)) {
    for (const found of await v1.store.prisma.setupRun.findMany({ where: { finishedAt: null }, include: { host: true } })) {
      await beginSetupRun(v1.cloud, found.id);
      const entries = script(found.host.name, found.kind as SetupKind).map((what, index) => ({ ...what, seq: index + 1, atMs: Date.now() }) as SetupEntry);
      await recordSetupEntries(v1.cloud, { runId: found.id, seqBase: 0, entries });
    }
  }
}
beforeEach(() => {
  script = () => good(1);
  stop = new AbortController();
  playing = play(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await playing;
});

test('hosts are prepared, a line for each change where it is piped; a second time changes nothing', async () => {
  const { code, stdout, stderr } = await cli('host', 'prepare', 'c1', 'c2');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').filter((line) => line.startsWith('c1: '))).toEqual([
    'c1: about to begin', 'c1: runs: Engine settings', 'c1: changed: Engine settings (1.2 s)', 'c1:   --- /etc/docker/daemon.json', 'c1:   +++ /etc/docker/daemon.json', 'c1:   @@ -0,0 +1 @@', 'c1:   +{}', 'c1: prepared; 1 step changed',
  ]);
  expect(stdout).toMatch(/\n2 prepared\n$/);
  script = () => good(0);
  expect((await cli('host', 'prepare', 'c1')).stdout).toContain('c1: prepared; nothing changed\n1 prepared\n');
});

test('one that fails is told with the end of its log and what to do, and the exit code is 1', async () => {
  script = (host) => (host === 'c2' ? bad : good(1));
  const { code, stdout, stderr } = await cli('host', 'prepare', 'c1', 'c2');
  expect([code, stderr]).toEqual([1, '1 prepared, 1 failed\n']);
  expect(stdout).toContain('c2: failed: unknown key: x\nc2: engine printed last:\nc2: | $ dockerd --validate\nc2: | unknown key: x\nc2: Put that right, then: novadock host prepare c2.');
  expect((await cli('host', 'watch', 'c2', '--log')).stdout).toContain('c2: | $ dockerd --validate\n');
});

test('a dry run says what would change, and JSON is the runs themselves', async () => {
  script = (_host, kind) => (kind === 'check' ? [step('wouldChange', diff), { ended: { succeeded: true, changed: 1, error: undefined } }] : good(1));
  expect((await cli('host', 'prepare', 'c1', '--dry-run')).stdout).toContain('c1: would change: Engine settings');
  const { stdout } = await cli('host', 'prepare', 'c1', 'c2', '--dry-run', '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject([{ host: 'c1', succeeded: true, run: { kind: 'check', state: 'succeeded', changed: 1 } }, { host: 'c2', succeeded: true }]);
});

test('on a terminal the view is drawn anew until it is what became of it', async () => {
  const { code, stdout } = await begin(['host', 'prepare', 'c1'], true).result;
  expect(code).toBe(0);
  expect(stdout).toContain('✔ c1 apply default@1: prepared; 1 step changed\n');
  expect(stdout).toContain('changed       Engine settings (1.2 s)');
  expect(stdout).toMatch(/1 prepared\n$/);
});

test('a refusal of the only host is the exit code; among several it is one that failed', async () => {
  expect(await cli('host', 'prepare', 'nosuch')).toMatchObject({ code: 3, stderr: 'There is no host nosuch.\n' });
  expect(await cli('host', 'prepare', 'nosuch', 'c1')).toMatchObject({ code: 1, stderr: '1 prepared, 1 failed\n', stdout: expect.stringMatching(/^nosuch: failed: There is no host nosuch\.$/m) as unknown });
});

test('interrupted, it goes on and says how to watch it', async () => {
  script = () => [step('runs')];
  const { printed, interrupt, result } = begin(['host', 'prepare', 'c1']);
  await expect.poll(() => printed.stdout).toContain('runs: Engine settings');
  interrupt();
  expect(await result).toMatchObject({ code: 130, stderr: expect.stringContaining('novadock host watch c1') as unknown });
  const found = await v1.store.prisma.setupRun.findFirstOrThrow({ where: { finishedAt: null } });
  const watching = cli('host', 'watch', 'c1');
  await recordSetupEntries(v1.cloud, { runId: found.id, seqBase: 0, entries: [{ seq: 2, atMs: Date.now(), ended: { succeeded: true, changed: 0, error: undefined } }] });
  expect((await watching).stdout).toContain('c1: runs: Engine settings\nc1: prepared; nothing changed');
});

test('it goes on watching when the control plane was away', async () => {
  script = () => [step('runs')];
  const other = v1.replica();
  const otherUrl = await other.app.listen({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(otherUrl).port);
  const before = url;
  url = otherUrl;
  const { printed, result } = begin(['host', 'prepare', 'c1']);
  await expect.poll(() => printed.stdout).toContain('runs: Engine settings');
  url = before;
  await other.app.close();
  await expect.poll(() => printed.stdout).toContain('the control plane does not answer; trying again');
  const again = v1.replica();
  await again.app.listen({ host: '127.0.0.1', port });
  const found = await v1.store.prisma.setupRun.findFirstOrThrow({ where: { finishedAt: null } });
  await recordSetupEntries(v1.cloud, { runId: found.id, seqBase: 0, entries: [{ seq: 2, atMs: Date.now(), ended: { succeeded: true, changed: 1, error: undefined } }] });
  expect(await result).toMatchObject({ code: 0, stdout: expect.stringContaining('c1: prepared; 1 step changed') as unknown });
});

test('profiles are listed, shown and set; what is shown can be set again', async () => {
  expect((await cli('profile', 'list')).stdout).toMatch(/^default +1 +distribution +no /m);
  await writeFile(join(folder, 'web.yaml'), 'engine:\n  version: "20.10"\n  socketMode: "0666"\n');
  expect(await cli('profile', 'set', 'web', '-f', 'web.yaml')).toMatchObject({ code: 0, stdout: expect.stringMatching(/engine\.version: → "20\.10"\n[^]*web has revision 1 now/) as unknown, stderr: expect.stringContaining('every local user') as unknown });
  const shown = (await cli('profile', 'show', 'web', '-o', 'yaml')).stdout;
  expect(parse(shown)).toMatchObject({ name: 'web', revision: 1, engine: { version: '20.10' } });
  await writeFile(join(folder, 'again.yaml'), shown);
  expect((await cli('profile', 'set', 'web', '-f', 'again.yaml')).stdout).toBe('Nothing changed: revision 1 of web says the same.\n');
  await writeFile(join(folder, 'bad.yaml'), 'engine: {version: "a b"}\n');
  expect(await cli('profile', 'set', 'web', '-f', 'bad.yaml')).toMatchObject({ code: 2, stderr: expect.stringContaining('engine.version: ') as unknown });
  expect(await cli('profile', 'set', 'web', '-f', 'nosuch.yaml')).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') as unknown });
});

test('a host shows its set-up and where it drifted', async () => {
  const host = await v1.store.prisma.host.findFirstOrThrow({ where: { name: 'c1' } });
  const setup = { profile: 'default', revision: 1, checkedAtMs: 1_700_000_000_000, steps: [{ name: 'socket', title: 'Socket', ok: false, detail: 'mode 0777' }] };
  await v1.store.prisma.host.update({ where: { id: host.id }, data: { facts: { ...(host.facts as object), setup } } });
  expect((await cli('host', 'list')).stdout).toMatch(/^c1 +up .*default@1 drifted/m);
  const shown = (await cli('host', 'show', 'c1')).stdout;
  expect(shown).toMatch(/^socket +drifted +Socket +mode 0777$/m);
  const titles = shown.split('\n\n')[0]?.split('\n').map((line) => line.split(/ {2,}/)[0]) ?? [];
  expect(titles).toContain('Labels');
  expect(titles).toEqual([...new Set(titles)]);
});

test('a host is unprepared and forgotten: shown live, and it is gone', async () => {
  expect((await cli('host', 'unprepare', 'c2')).stdout).toContain('c2: taken back; 1 step changed\n1 taken back\n');
  await cli('host', 'prepare', 'c2');
  const forgetting = cli('host', 'forget', 'c2');
  // Its owner drops it when it is taken back.
  const { prisma } = v1.store;
  await expect.poll(() => prisma.setupRun.count({ where: { host: { name: 'c2', forgettingAt: { not: null } }, kind: 'undo', finishedAt: { not: null } } })).toBeGreaterThan(1);
  await prisma.host.delete({ where: { name: 'c2' } });
  expect(await forgetting).toMatchObject({ code: 0, stdout: expect.stringContaining('c2: forgotten\n1 forgotten\n') as unknown });
});

test('a host that is kept is one that failed, and says why', async () => {
  const forgetting = cli('host', 'forget', 'c1');
  const { prisma } = v1.store;
  await expect.poll(() => prisma.host.count({ where: { forgettingAt: { not: null } } })).toBe(1);
  await inTransaction(v1.store, async (tx) => {
    const { id } = await tx.host.update({ where: { name: 'c1' }, data: { forgettingAt: null } });
    await recordEvent(tx, { kind: 'host.forget_failed', subjectId: id, data: { reason: 'apt is broken.' } });
  });
  expect(await forgetting).toMatchObject({ code: 1, stdout: expect.stringContaining('c1 is kept. apt is broken.') as unknown, stderr: '1 failed\n' });
});
