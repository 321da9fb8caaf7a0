import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDriver } from '@novadock/docker';
import { ensureEngine, hostPaths } from '@novadock/host-setup';
import type { ImageRef, InstanceSpec, InstanceStatus } from '@novadock/model';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeNetwork, makePort, makeSpec } from '../../../libs/docker/src/testing/make-spec.ts';
import { prepareHost } from '../../../libs/host-setup/src/testing/prepare-host.ts';
import { ensureShellImage } from '../../../libs/docker/src/testing/shell-image.ts';
import { openEngineRecord, type EngineRecord } from './engine-record.ts';
import { followEngine } from './follow-engine.ts';
import { createReconciler, type Reconciler } from './reconcile.ts';
import { openRestartCounts } from './restart-counts.ts';

// An engine of the test's own, which can be killed: the machine's belongs to others too.
let folder: string;
let bridge: string;
let image: ImageRef;
let startEngine: () => Promise<unknown>;
let agent: Agent;
let generation: number;

const cloudId = randomUUID();
const specs: InstanceSpec[] = [];
type Agent = { reconciler: Reconciler; engineRecord: EngineRecord; stop: () => Promise<void> };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nde-'));
  bridge = `ndt${randomUUID().slice(0, 8)}`;
  generation = 0;
  const ctx = await prepareHost();
  // With no bridge to use, an engine would make docker0, or take away that of the machine's own engine.
  execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
  const paths = { enginePidFile: join(folder, 'docker.pid'), containerdPidFile: join(folder, 'exec/containerd/containerd.pid'), engineLog: join(folder, 'dockerd.log') };
  const socketPath = join(folder, 'docker.sock');
  const args = ['-H', `unix://${socketPath}`, '-p', paths.enginePidFile, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--config-file', join(folder, 'daemon.json'), `--bridge=${bridge}`, '--iptables=false', '--ip-forward=false'];
  const { default: Docker } = await import('dockerode');
  startEngine = () => ensureEngine({ serviceManager: 'none', connect: ({ timeoutMs }) => new Docker({ socketPath, timeout: timeoutMs }), launch: ctx.launch, paths, timeoutMs: 30_000, args });
});

afterEach(async () => {
  for (const spec of specs.splice(0)) await reach(spec, { power: 'absent' });
  await agent.stop();
  await endEngine('SIGTERM');
  execFileSync('sh', ['-c', `awk '$2 ~ "^${folder}/" {print $2}' /proc/self/mounts | xargs -r umount -l; ip link del ${bridge}`]);
  rmSync(folder, { recursive: true, force: true });
});

/** Engine and agent, in this process. */
async function start(daemonJson: object): Promise<void> {
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify({ runtimes: { novadock: { path: hostPaths.runtime } }, ...daemonJson }));
  await startEngine();
  image = await ensureShellImage(join(folder, 'docker.sock'));
  agent = await startAgent();
}

async function startAgent(): Promise<Agent> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const driver = createDriver({ cloudId, socketPath: join(folder, 'docker.sock') });
  const log = pino({ level: 'silent' });
  const engineRecord = await openEngineRecord({ file: join(folder, 'engine.json'), pidFile: join(folder, 'docker.pid'), bootedAtMs: 0 });
  const restartCounts = await openRestartCounts(join(folder, 'restarts'));
  const reconciler = createReconciler({ driver, restartCounts, wasLostToRestart: engineRecord.wasLostToRestart, publish: () => {}, log, signal });
  const { promise: synced, resolve: onSynced } = Promise.withResolvers<void>();
  const following = followEngine({ driver, reconciler, engineRecord, isPrepared: async () => true, ensureEngine: startEngine, onSynced, log, signal });
  await synced;
  return { reconciler, engineRecord, stop: () => (stopped.abort(), following) };
}

async function endEngine(signal: NodeJS.Signals): Promise<void> {
  const pid = Number(readFileSync(join(folder, 'docker.pid'), 'utf8'));
  process.kill(pid, signal);
  await expect.poll(() => !existsSync(`/proc/${pid}`)).toBe(true);
}

const statusOf = (spec: InstanceSpec) => agent.reconciler.statuses().find(({ id }) => id === spec.id);
const until = (spec: InstanceSpec, holds: (status: InstanceStatus) => boolean) =>
  vi.waitUntil(() => {
    const status = statusOf(spec);
    return status !== undefined && holds(status) && status;
  }, { timeout: 30_000 }) as Promise<InstanceStatus>;

async function reach(spec: InstanceSpec, more: Partial<InstanceSpec> = {}): Promise<InstanceStatus> {
  const wanted = ++generation;
  agent.reconciler.apply({ spec: { ...spec, ...more }, generation: wanted });
  return until(spec, (status) => status.generation === wanted);
}

async function boot(more: Partial<InstanceSpec> = {}): Promise<InstanceSpec> {
  const spec = makeSpec(image, { ports: [makePort(makeNetwork(), '10.213.0.5')], ...more });
  specs.push(spec);
  expect(await reach(spec)).toMatchObject({ error: undefined });
  return spec;
}

const pidOf = (file: string) => readFileSync(join(folder, file), 'utf8');

test('P3 the engine is killed and started again by the agent: what ran runs on, in the same container since the same time', async () => {
  await start({ 'live-restore': true });
  const [runs, ended] = [await boot(), await boot({ command: ['sh', '-c', 'exit 0'] })];
  await until(ended, ({ power }) => power === 'stopped');
  await agent.engineRecord.seen();
  const before = statusOf(runs);
  const enginePid = pidOf('docker.pid');
  await endEngine('SIGKILL');
  await expect.poll(() => existsSync(join(folder, 'docker.pid')) && pidOf('docker.pid') !== enginePid).toBe(true);
  // A new step shows that the agent speaks to the new engine.
  await reach(await boot({ command: ['sh', '-c', 'exit 0'] }), { power: 'absent' });
  expect(statusOf(runs)).toEqual(before);
  expect(statusOf(ended)).toMatchObject({ power: 'stopped', exitCode: 0, lostToRestart: false });
});

test('P2 what an engine took down with it is told as lost, what had ended by itself is not; also by an agent that was not there', async () => {
  await start({ 'live-restore': false });
  const [ran, ended] = [await boot(), await boot({ command: ['sh', '-c', 'exit 0'] })];
  await until(ended, ({ power }) => power === 'stopped');
  // The pass of every 30 s.
  await agent.engineRecord.seen();
  await endEngine('SIGTERM');
  expect(await until(ran, ({ lostToRestart }) => lostToRestart)).toMatchObject({ power: 'stopped' });
  expect(statusOf(ended)).toMatchObject({ power: 'stopped', exitCode: 0, lostToRestart: false });

  await agent.stop();
  agent = await startAgent();
  expect(statusOf(ran)).toMatchObject({ power: 'stopped', lostToRestart: true });
  expect(statusOf(ended)).toMatchObject({ power: 'stopped', lostToRestart: false });
  generation += 1;
  expect(await reach(ran)).toMatchObject({ power: 'running', lostToRestart: false, error: undefined });
});
