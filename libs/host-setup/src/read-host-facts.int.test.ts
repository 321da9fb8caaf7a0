import { execFileSync } from 'node:child_process';
import Docker from 'dockerode';
import { beforeAll, expect, test } from 'vitest';
import { readHostFacts } from './read-host-facts.ts';
import { prepareHost } from './testing/prepare-host.ts';
import type { SetupContext } from './setup-step.ts';

let ctx: SetupContext;

beforeAll(async () => {
  ctx = await prepareHost();
});

const shell = (command: string) => execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim();

test('the facts are what the system itself says', async () => {
  const facts = await readHostFacts({ connect: ctx.connect, agentVersion: '9.9.9' });
  const disk = shell('df -P -B1 /var/lib/docker | tail -1').split(/ +/);
  expect(facts).toMatchObject({
    hostname: shell('uname -n'),
    kernel: shell('uname -r'),
    operatingSystem: shell('. /etc/os-release; echo "$PRETTY_NAME"'),
    vcpus: Number(shell('grep -c ^processor /proc/cpuinfo')),
    memoryMb: Math.floor(Number(shell("awk '/^MemTotal/ {print $2}' /proc/meminfo")) / 1024),
    diskGb: Math.floor(Number(disk[1]) / 2 ** 30),
    agentVersion: '9.9.9',
    engine: { ready: true, reason: '', storageDriver: 'overlay2', liveRestore: true },
  });
  expect(facts.engine.version).toMatch(/^\d+\.\d+/);
  expect(facts.diskFreeGb).toBeLessThan(facts.diskGb);
  expect(Math.abs(facts.bootedAtMs - new Date(shell('ps -o lstart= -p 1')).getTime())).toBeLessThan(3000);
});

test('without an engine the host still tells of itself, and why it is not ready', async () => {
  const nowhere = () => new Docker({ socketPath: '/run/novadock/no-such.sock' });
  const facts = await readHostFacts({ connect: nowhere, agentVersion: '1' });
  expect(facts.engine).toMatchObject({ ready: false, reason: expect.stringContaining('does not answer: connect ENOENT'), version: '' });
  expect(facts.diskGb).toBeGreaterThan(0);
});
