import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CloudError } from '@novadock/model';
import { engineAnswers, type ConnectEngine } from './engine-answers.ts';
import type { ServiceManager } from './detect-host.ts';
import type { HostPaths } from './host-paths.ts';
import { lastLines } from './last-lines.ts';
import type { LaunchDaemon, Launched } from './launch-daemon.ts';
import { pollUntil } from './poll-until.ts';
import { readPid } from './read-pid.ts';
import { withHostLock } from './with-host-lock.ts';

export type EnsureEngineOptions = {
  serviceManager: ServiceManager;
  connect: ConnectEngine;
  launch: LaunchDaemon;
  paths: Pick<HostPaths, 'enginePidFile' | 'containerdPidFile' | 'engineLog'>;
  /** How long the engine may take until it answers. */
  timeoutMs: number;
  /** Arguments of dockerd; none, unless a test runs an engine of its own. */
  args?: string[];
  root?: string;
};

/**
 * The engine answers: it did before ('running'), or, where no service manager keeps it, dockerd was started ('started').
 * Safe to call from several processes at once. Throws `unavailable` with the reason when it does not answer in time.
 */
export async function ensureEngine(options: EnsureEngineOptions): Promise<'running' | 'started'> {
  if (await engineAnswers(options.connect)) return 'running';
  if (options.serviceManager !== 'none') {
    throw new CloudError('unavailable', `The Docker Engine does not answer; ${options.serviceManager} keeps it. See \`service docker status\``);
  }
  const { root = '/', paths: { enginePidFile }, timeoutMs } = options;
  const file = join(root, dirname(enginePidFile), `novadock-${basename(enginePidFile)}.lock`);
  return withHostLock({ file, timeoutMs, busy: `Another process of Novadock has been starting the engine for ${timeoutMs / 1000} s. Try again when it is done.`, work: () => startUnlessRunning(options) });
}

async function startUnlessRunning(options: EnsureEngineOptions): Promise<'running' | 'started'> {
  if (await engineAnswers(options.connect)) return 'running';
  const pid = await findOrForget(options, options.paths.enginePidFile, 'dockerd');
  // It may be starting, or looking after many containers; a second one could not take its place.
  if (pid !== undefined) return waitForAnswer(options, pid);
  // dockerd believes any process that has containerd's old pid to be its containerd.
  await findOrForget(options, options.paths.containerdPidFile, 'containerd');
  const daemon = await options.launch({ command: 'dockerd', args: options.args ?? [], logFile: options.paths.engineLog }).catch((cause: unknown) => {
    throw new CloudError('unavailable', 'dockerd cannot be started. Is Docker installed?', { cause });
  });
  return waitForStart(options, daemon);
}

async function waitForAnswer(options: EnsureEngineOptions, pid: number): Promise<'running'> {
  if (await pollUntil({ condition: () => engineAnswers(options.connect), timeoutMs: options.timeoutMs })) return 'running';
  throw new CloudError('unavailable', `dockerd runs (pid ${pid}) but has not answered for ${options.timeoutMs / 1000} s.${await logTail(options)}`);
}

async function waitForStart(options: EnsureEngineOptions, daemon: Launched): Promise<'started'> {
  let answers = false;
  const condition = async () => (answers = await engineAnswers(options.connect)) || daemon.hasExited();
  await pollUntil({ condition, timeoutMs: options.timeoutMs });
  if (answers) return 'started';
  const what = daemon.hasExited() ? 'ended at once' : `has not answered within ${options.timeoutMs / 1000} s`;
  throw new CloudError('unavailable', `dockerd was started and ${what}.${await logTail(options)}`);
}

/** The pid in the file, or undefined after removing a file that names no such program: dockerd refuses to start beside one. */
async function findOrForget(options: EnsureEngineOptions, pidFile: string, program: string): Promise<number | undefined> {
  const pid = await readPid({ root: options.root ?? '/', pidFile, program });
  if (pid === undefined) await rm(`${options.root ?? ''}${pidFile}`, { force: true });
  return pid;
}

async function logTail(options: EnsureEngineOptions): Promise<string> {
  const log = await readFile(`${options.root ?? ''}${options.paths.engineLog}`, 'utf8').catch(() => '');
  return log === '' ? '' : ` ${options.paths.engineLog} ends with:\n${lastLines(log)}`;
}
