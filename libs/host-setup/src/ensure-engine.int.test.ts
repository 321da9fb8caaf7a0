import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineAnswers } from './engine-answers.ts';
import { ensureEngine, type EnsureEngineOptions } from './ensure-engine.ts';
import { launchDaemon } from './launch-daemon.ts';
import { pollUntil } from './poll-until.ts';

// An engine of the test's own, beside the host's: other folders, other socket, a bridge of its own and no rules.
let folder: string;
let bridge: string;
let options: EnsureEngineOptions;
let launches: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nde-'));
  launches = 0;
  bridge = `nde${randomUUID().slice(0, 8)}`;
  // With no bridge to use, an engine would take away docker0, which is the machine's own engine's.
  execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
  const socket = join(folder, 'docker.sock');
  const paths = { enginePidFile: join(folder, 'docker.pid'), containerdPidFile: join(folder, 'exec/containerd/containerd.pid'), engineLog: join(folder, 'dockerd.log') };
  writeFileSync(join(folder, 'daemon.json'), '{"live-restore": true}');
  options = {
    serviceManager: 'none',
    connect: ({ timeoutMs }) => new Docker({ socketPath: socket, timeout: timeoutMs }),
    launch: (daemon) => (launches++, launchDaemon(daemon)),
    paths,
    timeoutMs: 30_000,
    args: ['-H', `unix://${socket}`, '-p', paths.enginePidFile, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--config-file', join(folder, 'daemon.json'), `--bridge=${bridge}`, '--iptables=false', '--ip-forward=false'],
  };
});

afterEach(async () => {
  await endEngine('SIGTERM');
  execFileSync('sh', ['-c', `awk '$2 ~ "^${folder}/" {print $2}' /proc/self/mounts | xargs -r umount -l; ip link del ${bridge}`]);
  rmSync(folder, { recursive: true, force: true });
});

const readEnginePid = () => Number(readFileSync(options.paths.enginePidFile, 'utf8'));
const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

async function endEngine(signal: NodeJS.Signals): Promise<void> {
  if (!existsSync(options.paths.enginePidFile)) return;
  const pid = readEnginePid();
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  expect(await pollUntil({ condition: () => !isAlive(pid), timeoutMs: 30_000 })).toBe(true);
}

test('an engine is started in a session of its own, and left alone by the next call', async () => {
  expect(await ensureEngine(options)).toBe('started');
  const pid = readEnginePid();
  const session = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3]);
  expect(session).toBe(pid);
  expect(await ensureEngine(options)).toBe('running');
  expect(readEnginePid()).toBe(pid);
  expect(launches).toBe(1);
});

test('two callers at once start one engine', async () => {
  const results = await Promise.all([ensureEngine(options), ensureEngine(options), ensureEngine(options)]);
  expect(results.sort()).toEqual(['running', 'running', 'started']);
  expect(launches).toBe(1);
});

test('after a crash the engine is started again, and its container has run on (P3)', async () => {
  await ensureEngine(options);
  const docker = options.connect({ timeoutMs: 30_000 });
  const progress = await docker.loadImage(join(import.meta.dirname, `../../../images/hello/hello-${process.arch === 'x64' ? 'amd64' : 'arm64'}.tar`));
  await new Promise((resolve) => docker.modem.followProgress(progress, resolve));
  const container = await docker.createContainer({ Image: 'novadock/hello:latest', HostConfig: { NetworkMode: 'none' } });
  await container.start();
  const { State: before } = await container.inspect();
  await endEngine('SIGKILL');
  expect(await engineAnswers(options.connect)).toBe(false);
  expect(isAlive(before.Pid)).toBe(true);
  expect(await ensureEngine(options)).toBe('started');
  const { State: after } = await container.inspect();
  expect({ pid: after.Pid, startedAt: after.StartedAt, running: after.Running }).toEqual({ pid: before.Pid, startedAt: before.StartedAt, running: true });
  await container.remove({ force: true });
});

test('pid files whose pids now belong to others do not keep the engine from starting', async () => {
  mkdirSync(join(folder, 'exec/containerd'), { recursive: true });
  writeFileSync(options.paths.enginePidFile, String(process.pid));
  writeFileSync(options.paths.containerdPidFile, String(process.pid));
  expect(await ensureEngine(options)).toBe('started');
  expect(readEnginePid()).not.toBe(process.pid);
});

test('an engine that cannot start is reported with the end of its log', async () => {
  writeFileSync(join(folder, 'daemon.json'), '{"no-such-setting": 1}');
  await expect(ensureEngine(options)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/dockerd was started and ended at once.*ends with:[^]*no-such-setting/) });
  expect(statSync(options.paths.engineLog).size).toBeGreaterThan(0);
});

test('where a service manager keeps the engine, nothing is started', async () => {
  await expect(ensureEngine({ ...options, serviceManager: 'systemd' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('systemd keeps it') });
  expect(launches).toBe(0);
});
