import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../apps/cli/src/run.ts';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
let authUrl: string;
beforeAll(async () => {
  v1 = await createV1Cloud();
  authUrl = `${await v1.app.listen({ host: '127.0.0.1', port: 0 })}/identity/v3`;
});
afterAll(() => v1.close());
beforeEach(() => v1.behave(() => ({})));

type Env = Record<string, string>;

/** Begins a command line: what it prints so far, how to interrupt it, and what it comes to. */
function begin(args: string[], env: Env = {}) {
  const [stdout, stderr, interrupting] = [new PassThrough(), new PassThrough(), new AbortController()];
  const printed = { stdout: '' };
  stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
  const io = { stdout, stderr, env: { OS_AUTH_URL: authUrl, OS_USERNAME: 'admin', OS_PASSWORD: 'secret', OS_PROJECT_NAME: 'demo', ...env }, cwd: '/nonexistent', userHome: '/nonexistent', signal: interrupting.signal };
  const result = run(args, io).then(async (code) => {
    stdout.end();
    stderr.end();
    return { code, stdout: printed.stdout, stderr: await text(stderr) };
  });
  return { printed, interrupt: () => interrupting.abort(), result };
}

const cli = (...args: string[]) => begin(args).result;
const admin = (...args: string[]) => begin(args, { OS_PROJECT_NAME: 'admin' }).result;

test('an instance is created, listed, shown and deleted', async () => {
  const created = await cli('instance', 'create', 'web', '--image', 'hello', '--flavor', 'm1.tiny', '--metadata', 'A=b=c', '--tag', 'x', '--wait', '-o', 'json', '--', 'sh', '-c', 'echo hi; sleep 9');
  expect([created.code, created.stderr]).toEqual([0, '']);
  expect(JSON.parse(created.stdout)).toMatchObject({ name: 'web', status: 'active', metadata: { A: 'b=c', os_command_line: "sh -c 'echo hi; sleep 9'" }, tags: ['x'] });
  const list = await cli('instance', 'list');
  expect(list.stdout.split('\n')[0]).toMatch(/^ID +NAME +STATUS +TASK +HOST +ADDRESSES +FLAVOR +AGE$/);
  expect(list.stdout.split('\n')[1]).toMatch(/^[0-9a-f-]{36} +web +active +- +c1 +192\.168\.1\.\d+ +m1\.tiny +\d+s$/);
  expect(list.stdout).not.toContain('\u001b');
  expect((await cli('instance', 'show', 'web')).stdout).toMatch(/^Status +active$/m);
  expect(parse((await cli('instance', 'list', '-o', 'yaml')).stdout)).toMatchObject([{ name: 'web' }]);
  expect(await cli('instance', 'delete', 'web', '--wait')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await cli('instance', 'show', 'web')).toMatchObject({ code: 3, stderr: 'There is no instance web.\n' });
});

test('actions are done to several at once', async () => {
  await cli('instance', 'create', 'many', '--image', 'hello', '--flavor', 'm1.tiny', '--count', '2', '--wait');
  for (const args of [['stop'], ['start'], ['reboot'], ['reboot', '--hard'], ['pause'], ['unpause']]) {
    expect([args, await cli('instance', ...args, 'many-1', 'many-2', '--wait')]).toEqual([args, { code: 0, stdout: '', stderr: '' }]);
  }
});

test('when the time to wait is over it says so, with a code of its own', async () => {
  v1.behave(() => undefined);
  expect(await cli('instance', 'create', 'slow', '--image', 'hello', '--flavor', 'm1.tiny', '--wait', '1')).toMatchObject({ code: 9, stdout: expect.stringMatching(/^Name +slow$/m) as unknown, stderr: expect.stringContaining('slow is not done yet') as unknown });
  await v1.report();
});

test('an instance that fails is explained, with the end of its log', async () => {
  v1.behave(() => ({ power: 'stopped', exitCode: 3 }));
  const failed = await cli('instance', 'create', 'crash', '--image', 'hello', '--flavor', 'm1.tiny', '--wait');
  expect(failed).toMatchObject({ code: 6, stdout: '' });
  expect(failed.stderr).toMatch(/^hello\nwörld\nInstance crash \([0-9a-f-]{36}\) is shutoff, not active: it exited with 3; its log says more\.\n$/);
});

test('the log is printed, and followed until Ctrl-C', async () => {
  await cli('instance', 'create', 'logged', '--image', 'hello', '--flavor', 'm1.tiny', '--wait');
  expect(await cli('instance', 'logs', 'logged', '--tail', '5', '--since', '10m')).toEqual({ code: 0, stdout: 'hello\nwörld\n', stderr: '' });
  expect(v1.logRequests.at(-1)).toMatchObject({ tail: 5, follow: false });
  const following = begin(['instance', 'logs', '-f', 'logged']);
  await expect.poll(() => following.printed.stdout).toBe('hello\nwörld\n');
  following.interrupt();
  expect(await following.result).toMatchObject({ code: 130, stderr: '' });
});

test('events are printed, and followed', async () => {
  const following = begin(['events', '-f', '--kind', 'instance', '-o', 'json']);
  const subjects = () => following.printed.stdout.trim().split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { kind: string; data: { name: string } })).map(({ kind, data }) => `${kind} ${data.name}`);
  // It may begin after this one was made; a later one it cannot miss.
  await vi.waitFor(async () => {
    await cli('instance', 'create', 'followed', '--image', 'hello', '--flavor', 'm1.tiny');
    expect(subjects()).toContain('instance.created followed');
  }, 20_000);
  following.interrupt();
  expect(await following.result).toMatchObject({ code: 130, stderr: '' });
  expect((await cli('events', '--kind', 'instance.created')).stdout).toMatch(/^\S+Z instance\.created [0-9a-f-]{36} name=followed image=hello flavor=m1\.tiny$/m);
});

test('hosts', async () => {
  expect((await admin('host', 'list')).stdout).toMatch(/^NAME +STATE +ENGINE +SET-UP +INSTANCES +VCPUS +MEMORY +SEEN\nc1 +up +29\.0\.0 +none +\d+ +\d+\/8 +[\d.]+ [MG]B\/16 GB +\d+[sm]\n$/);
  expect((await admin('host', 'show', 'c1')).stdout).toMatch(/^Storage driver +overlay2$/m);
  expect(await admin('host', 'disable', 'c1', '--reason', 'new disk')).toMatchObject({ code: 0, stderr: 'c1 takes no new instances.\n' });
  expect(JSON.parse((await admin('host', 'show', 'c1', '-o', 'json')).stdout)).toMatchObject({ enabled: false, disabledReason: 'new disk' });
  expect(await admin('host', 'enable', 'c1')).toMatchObject({ code: 0 });
  expect(await admin('host', 'forget', 'c1')).toMatchObject({ code: 6, stderr: expect.stringContaining('instances live on c1: delete them first') as unknown });
  expect(await cli('host', 'list')).toMatchObject({ code: 5 });
  expect(await admin('host', 'show', 'nope')).toMatchObject({ code: 3 });
});

test('join tokens', async () => {
  const created = await admin('host', 'token', '--ttl', '2m', '--uses', '3', '--label', 'zone=a', '--label', 'rack=r7', '-o', 'json');
  const { id, joinCommand, token } = JSON.parse(created.stdout) as { id: string; joinCommand: string; token: string };
  expect(joinCommand).toContain(token);
  expect((await admin('host', 'token', 'list')).stdout).toMatch(new RegExp(`^${id} +3 +rack=r7 zone=a +`, 'm'));
  expect(await admin('host', 'token', 'revoke', id)).toMatchObject({ code: 0, stdout: '' });
  expect(await admin('host', 'token', 'revoke', id)).toMatchObject({ code: 3 });
  // Alone on stdout, to be piped.
  expect((await admin('host', 'token')).stdout).toMatch(/^curl \S+ --pinnedpubkey 'sha256\/\/[^\n]+ --token \S+\n$/);
});

test('images', async () => {
  expect((await cli('image', 'list')).stdout).toMatch(/^[0-9a-f-]{36} +hello +active +yes +amd64 +2 kB +public +\d+[sm]$/m);
  expect((await cli('image', 'show', 'hello')).stdout).toMatch(/^Boots +yes$/m);
});

test('a wrong password, and a control plane that does not answer', async () => {
  expect(await begin(['image', 'list'], { OS_PASSWORD: 'wrong' }).result).toMatchObject({ code: 4, stderr: expect.stringContaining('Check the user, password and project') as unknown });
  expect(await begin(['image', 'list'], { OS_AUTH_URL: 'http://127.0.0.1:1/identity/v3' }).result).toMatchObject({ code: 8, stderr: 'The control plane does not answer at http://127.0.0.1:1 (ECONNREFUSED). Start it (`npm start`, or where it is a service `systemctl start novadock-control-plane`), or check where OS_CLOUD or OS_AUTH_URL leads.\n' });
});
