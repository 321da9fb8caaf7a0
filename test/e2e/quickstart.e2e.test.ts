import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBusyboxImage } from '../harness/busybox-image.ts';
import { freePort } from '../harness/free-port.ts';
import { repository } from '../harness/program.ts';
import { shellIn, tableRows } from '../harness/shell.ts';
import { waitFor } from '../harness/wait-for.ts';

/** `npm start` as a user runs it. */
type Run = { output: () => string; child: ChildProcess; ended: Promise<number | null> };

describe('npm start', () => {
  // A user's home, so that nothing has to be said but the ports.
  const userHome = mkdtempSync(join(tmpdir(), 'nd-user-'));
  const home = join(userHome, '.novadock');
  let env: NodeJS.ProcessEnv;
  let shell: (line: string) => Promise<string>;
  let first: Run;
  let id: string;

  const start = (): Run => {
    let output = '';
    const child = spawn('npm', ['start'], { cwd: repository, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    return { output: () => output, child, ended: new Promise((resolve) => child.once('exit', resolve)) };
  };
  const untilReady = (run: Run) => waitFor('Novadock to be ready', async () => {
    if (run.child.exitCode !== null) throw new Error(`npm start ended:\n${run.output()}`);
    return run.output().includes('Novadock is ready.');
  }, 180_000);
  /** As a terminal does: to the whole group. */
  const interrupt = async (run: Run) => {
    process.kill(-(run.child.pid ?? 0), 'SIGINT');
    await run.ended;
  };
  const containerRun = () => shell(`docker inspect nova-${id} --format '{{.Id}} {{.State.StartedAt}} {{.State.Running}}'`);

  beforeAll(async () => {
    env = { ...process.env, HOME: userHome, NOVADOCK_PORT: String(await freePort()), NOVADOCK_AGENT_PORT: String(await freePort()) };
    shell = shellIn(env);
    first = start();
    await untilReady(first);
  });
  afterAll(async () => {
    if (first.child.exitCode === null) await interrupt(first);
    await shell(`docker rm -f nova-${id}`).catch(() => {});
    rmSync(userHome, { recursive: true, force: true });
  });

  test('says step by step what it did, and shows the table of nova list', () => {
    const output = first.output();
    for (const line of ['Docker service', 'Smoke test', 'Starting the database and the control plane', 'Uploading the image hello', 'Booting test1 from it: active']) expect(output).toContain(`✔ ${line}`);
    const [row] = tableRows(output);
    expect(row).toMatchObject({ Name: 'test1', Status: 'ACTIVE', 'Task State': '-', 'Power State': 'Running', Networks: 'private_network=192.168.1.3' });
    id = row?.ID ?? '';
  });

  test('what it says to type next works, and says what nova list says', async () => {
    const rows = tableRows(await shell(`. ${home}/openrc && nova list`));
    expect(rows).toMatchObject([{ ID: id, Name: 'test1', Status: 'ACTIVE', 'Power State': 'Running' }]);
    expect(await shell(`OS_CLIENT_CONFIG_FILE=${home}/clouds.yaml OS_CLOUD=novadock openstack server list -f value -c Name`)).toBe('test1');
    expect(await shell(`cd ${repository} && npx novadock instance logs test1`)).toBe('Hello from Docker');
    expect(await shell(`cd ${repository} && npx novadock instance list`)).toContain('test1');
    expect(await shell(`cd ${repository} && npx novadock host list -o json`)).toContain('"up": true');
  });

  test('every command of the README does what it says', async () => {
    const commands = readFileSync(join(repository, 'README.md'), 'utf8').replaceAll(/^```[^]*?^```/gm, '').split('\n').filter((line) => line.startsWith('    ')).map((line) => line.trim());
    // These two are this test and the run that it is part of.
    const others = commands.filter((command) => command !== 'npm start' && command !== 'npm test');
    expect(others).toHaveLength(commands.length - 2);
    await makeBusyboxImage('hipache', ['sleep', '3600']);
    await shell(`mkdir -p ~/.ssh && ssh-keygen -q -t rsa -N '' -f ~/.ssh/id_rsa`);
    const output = await shell(['set -e', `cd ${repository}`, ...others].join('\n'));
    expect(output).toContain('test2');
    expect(output).toContain('Usage: novadock');
    expect(output).toMatch(/curl -fsSk --pinnedpubkey 'sha256\/\/\S+' https:\/\/\S+:\d+\/v1\/join\.sh \| sudo sh -s -- --token \S+/);
    const active = await waitFor('test2 to be ACTIVE', async () => tableRows(await shell(`. ${home}/openrc && nova list`)).find(({ Name, Status }) => Name === 'test2' && Status === 'ACTIVE'));
    expect(await shell(`docker exec nova-${active.ID} cat /root/.ssh/authorized_keys`)).toBe(readFileSync(join(userHome, '.ssh/id_rsa.pub'), 'utf8').trim());
    await shell(`. ${home}/openrc && openstack server delete --wait test2 && openstack image delete hipache`);
  });

  test('the password is readable by its owner only', () => {
    for (const file of ['openrc', 'clouds.yaml']) expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(home, 'logs/control-plane.log'), 'utf8')).not.toContain(/OS_PASSWORD='([^']+)'/.exec(readFileSync(join(home, 'openrc'), 'utf8'))?.[1]);
  });

  test('P3: Ctrl-C stops it cleanly, the instance keeps running, and the next npm start finds it ACTIVE', async () => {
    const before = await containerRun();
    await interrupt(first);
    expect(first.output()).toContain('Instances go on running');
    await expect(fetch(`http://127.0.0.1:${env.NOVADOCK_PORT}/livez`)).rejects.toThrow();
    expect(await containerRun()).toBe(before);
    first = start();
    await untilReady(first);
    expect(tableRows(first.output())).toMatchObject([{ ID: id, Status: 'ACTIVE', Networks: 'private_network=192.168.1.3' }]);
    expect(first.output()).not.toContain('Booting');
    expect(await containerRun()).toBe(before);
  });

  test('a second one on the same ports says what is wrong and leaves the first alone', async () => {
    const other = mkdtempSync(join(tmpdir(), 'nd-other-'));
    const child = spawn('npm', ['start'], { cwd: repository, env: { ...env, HOME: other }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    expect(await new Promise((resolve) => child.once('exit', resolve))).not.toBe(0);
    expect(output).toContain('NOVADOCK_PORT chooses another port');
    expect((await fetch(`http://127.0.0.1:${env.NOVADOCK_PORT}/livez`)).ok).toBe(true);
    rmSync(other, { recursive: true, force: true });
  });

  test('what is deleted is gone', async () => {
    await shell(`cd ${repository} && npx novadock instance delete test1`);
    await waitFor('the container to go', async () => containerRun().then(() => false, () => true));
  });
});
