import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { prepareHost } from './testing/prepare-host.ts';

const links = '/run/novadock/netns';
const wrapper = join(import.meta.dirname, '../files/novadock-runtime');
const docker = new Docker({ socketPath: '/var/run/docker.sock' });
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  mkdirSync(links, { recursive: true });
  await prepareHost();
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

/** A namespace with a veth end named eth0, up and addressed. */
function addNamespace(address: string): string {
  const name = `ndt${randomBytes(4).toString('hex')}`;
  ip('netns', 'add', name);
  undo.push(() => ip('netns', 'del', name));
  ip('-n', name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'peer0');
  ip('-n', name, 'link', 'set', 'peer0', 'up');
  ip('-n', name, 'addr', 'add', address, 'dev', 'eth0');
  ip('-n', name, 'link', 'set', 'eth0', 'up');
  return `/run/netns/${name}`;
}

/** A container of the shipped image whose first process is a program of the host. */
async function createContainer(command: string[], hostConfig: Docker.HostConfig = {}): Promise<Docker.Container> {
  const folders = ['/bin', '/sbin', '/usr', '/lib', '/lib64'].filter((folder) => existsSync(folder));
  const container = await docker.createContainer({
    Image: 'novadock/hello:latest',
    Entrypoint: command,
    Tty: true,
    Hostname: 'web-1',
    HostConfig: { Runtime: 'novadock', NetworkMode: 'none', Binds: folders.map((folder) => `${folder}:${folder}:ro`), ...hostConfig },
  });
  undo.push(() => container.remove({ force: true }));
  return container;
}

function link(id: string, target: string): void {
  symlinkSync(target, join(links, id));
  undo.push(() => rmSync(join(links, id), { force: true }));
}

async function output(container: Docker.Container): Promise<string> {
  await container.start();
  await container.wait();
  return (await container.logs({ stdout: true, stderr: true })).toString();
}

test('the first process of a linked container sees eth0 with its address, at each start', async () => {
  const container = await createContainer(['ip', '-br', 'addr']);
  link(container.id, addNamespace('10.20.30.40/24'));
  expect(await output(container)).toMatch(/^eth0@\S+ +UP +10\.20\.30\.40\/24/m);
  const both = await output(container);
  expect(both.match(/10\.20\.30\.40\/24/g)).toHaveLength(2);
});

test('a container that is not linked keeps its own empty namespace', async () => {
  const container = await createContainer(['ip', '-br', 'link']);
  const lines = (await output(container)).trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^lo /);
});

test('DNS servers, search domain, hosts entries and network sysctls apply in a linked namespace', async () => {
  const container = await createContainer(['sh', '-c', 'cat /etc/resolv.conf /etc/hosts /proc/sys/net/ipv4/ip_unprivileged_port_start'], {
    Dns: ['10.20.30.2'],
    DnsSearch: ['novalocal'],
    ExtraHosts: ['web-1:10.20.30.40'],
    Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '77' },
  });
  link(container.id, addNamespace('10.20.30.40/24'));
  const text = await output(container);
  for (const line of [/^nameserver 10\.20\.30\.2\s/m, /^search novalocal\s/m, /^10\.20\.30\.40\tweb-1\s/m, /^77\s/m]) expect(text).toMatch(line);
});

test('a link whose namespace is gone keeps the container from starting', async () => {
  const container = await createContainer(['true']);
  link(container.id, '/run/netns/ndt-is-not-there');
  await expect(container.start()).rejects.toThrow(new RegExp(`${links}/${container.id}.*no such file`));
});

describe('the wrapper by itself', () => {
  const plain = '{"ociVersion":"1.0.2","linux":{"namespaces":[{"type":"mount"},{"type":"network"},{"type":"uts"}]}}';

  /** Runs the wrapper on a bundle, with a runc that tells its arguments. */
  function runWrapper(options: { args: (folder: string, id: string) => string[]; linked: boolean; config?: string }) {
    const folder = mkdtempSync(join(tmpdir(), 'novadock-runtime-'));
    undo.push(() => rmSync(folder, { recursive: true }));
    const id = randomBytes(32).toString('hex');
    if (options.linked) link(id, '/run/netns/somewhere');
    writeFileSync(join(folder, 'config.json'), options.config ?? plain);
    writeFileSync(join(folder, 'runc'), '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 });
    const args = options.args(folder, id);
    const said = execFileSync(wrapper, args, { cwd: folder, encoding: 'utf8', env: { PATH: `${folder}:${process.env['PATH']}` } });
    return { said, expected: args.map((arg) => `${arg}|`).join(''), config: readFileSync(join(folder, 'config.json'), 'utf8'), path: join(links, id) };
  }

  const asShim = (folder: string, id: string) => ['--root', '/run/x', '--log', `${folder}/log.json`, '--log-format', 'json', '--systemd-cgroup', 'create', '--bundle', folder, '--pid-file', `${folder}/init.pid`, id];

  test.each([
    ['--bundle DIR', asShim],
    ['--bundle=DIR', (folder: string, id: string) => ['create', `--bundle=${folder}`, id]],
    ['-b DIR', (folder: string, id: string) => ['--debug', 'create', '-b', folder, id]],
    ['no bundle: the working directory', (_: string, id: string) => ['create', id]],
  ])('%s: the path is set, and runc gets the arguments as they came', (_, args) => {
    const { said, expected, config, path } = runWrapper({ args, linked: true });
    expect(said).toBe(expected);
    expect(JSON.parse(config).linux.namespaces).toEqual([{ type: 'mount' }, { type: 'network', path }, { type: 'uts' }]);
  });

  test('a path that the engine set itself is replaced', () => {
    const { config, path } = runWrapper({ args: asShim, linked: true, config: plain.replace('"network"', '"network","path":"/proc/1/ns/net"') });
    expect(JSON.parse(config).linux.namespaces[1]).toEqual({ type: 'network', path });
  });

  test('a bundle without a network namespace to set is refused, and the log that the engine reads says why', () => {
    let log = '';
    const args = (folder: string, id: string) => ['--log', (log = `${folder}/log.json`), 'create', '--bundle', folder, id];
    expect(() => runWrapper({ args, linked: true, config: '{"linux":{"namespaces":[{"type":"mount"}]}}' })).toThrow(/has no network namespace to set/);
    expect(JSON.parse(readFileSync(log, 'utf8'))).toMatchObject({ level: 'error', msg: expect.stringContaining('has no network namespace to set') });
  });

  test.each([
    ['create of a container it does not know', asShim, false],
    ['another command', (folder: string, id: string) => ['--root', folder, 'start', id], true],
    ['a word with spaces and quotes', (folder: string, id: string) => ['exec', '--process', `${folder}/a "b' c`, id], true],
    ['no arguments at all', () => [], false],
  ] as const)('%s goes to runc untouched', (_, args, linked) => {
    const { said, expected, config } = runWrapper({ args: args as typeof asShim, linked });
    expect(said).toBe(expected === '' ? '|' : expected);
    expect(config).toBe(plain);
  });
});
