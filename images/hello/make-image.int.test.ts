import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterEach, beforeAll, expect, test } from 'vitest';

const docker = new Docker({ socketPath: '/var/run/docker.sock' });
const containers: Docker.Container[] = [];

beforeAll(async () => {
  const progress = await docker.loadImage(join(import.meta.dirname, `hello-${process.arch === 'x64' ? 'amd64' : 'arm64'}.tar`));
  await new Promise<void>((resolve, reject) => docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve())));
});

afterEach(async () => {
  for (const container of containers.splice(0)) await container.remove({ force: true });
});

async function start(options: Partial<Docker.ContainerCreateOptions> = {}): Promise<Docker.Container> {
  const container = await docker.createContainer({ Image: 'novadock/hello:latest', Tty: true, ...options, HostConfig: { NetworkMode: 'none', ...options.HostConfig } });
  containers.push(container);
  await container.start();
  return container;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not hold within 10 s');
    await delay(50);
  }
}

const logOf = async (container: Docker.Container) => (await container.logs({ stdout: true })).toString();

test('with --once the container says its line and ends with 0', async () => {
  const container = await start({ Cmd: ['--once'] });
  expect(await container.wait()).toMatchObject({ StatusCode: 0 });
  expect(await logOf(container)).toBe('Hello from Docker\r\n');
});

test.each(['SIGTERM', 'SIGINT'])('else it stays up, and %s ends it with 0', async (signal) => {
  const container = await start();
  await until(async () => (await logOf(container)).includes('Hello from Docker'));
  expect((await container.inspect()).State.Running).toBe(true);
  await container.kill({ signal });
  expect(await container.wait()).toMatchObject({ StatusCode: 0 });
});

test('a stop takes no grace period', async () => {
  const container = await start();
  const before = Date.now();
  await container.stop({ t: 30 });
  expect(Date.now() - before).toBeLessThan(10_000);
  expect((await container.inspect()).State.ExitCode).toBe(0);
});

test('it takes the exit of processes that were left to it', async () => {
  const folders = ['/bin', '/usr', '/lib', '/lib64'].filter((folder) => existsSync(folder));
  const container = await start({ HostConfig: { Binds: folders.map((folder) => `${folder}:${folder}:ro`) } });
  const exec = await container.exec({ Cmd: ['sh', '-c', 'sleep 0.2 & sleep 0.2 & exit 0'], AttachStdout: true });
  const stream = await exec.start({});
  // Both sleeps hold it open, so its end is theirs.
  await new Promise((resolve) => stream.on('end', resolve).resume());
  const { Pid, Running } = (await container.inspect()).State;
  // Not from the engine: its list leaves zombies out.
  await until(async () => spawnSync('ps', ['--ppid', String(Pid), '-o', 'pid='], { encoding: 'utf8' }).stdout === '');
  expect(Running).toBe(true);
});
