import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SetupKind, SetupStepChange } from '@novadock/model';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../run-command.ts';
import { runSetup } from '../../run-setup.ts';
import type { SetupContext, SetupStep } from '../../setup-step.ts';
import { openDebianOpenstack, pipEnv, type DebianNode, type DebianOpenstack } from '../../testing/debian-openstack.ts';
import { checkNode } from './check-node.ts';
import { configureNova } from './configure-nova.ts';
import { installDriver } from './install-driver.ts';
import { installFilter } from './install-filter.ts';
import { novaDockerSteps } from './nova-docker-steps.ts';
import { restartServices } from './restart-services.ts';

const driver = 'novadocker.virt.docker.DockerDriver';
type Run = SetupContext['run'];
let openstack: DebianOpenstack;
beforeAll(async () => {
  openstack = await openDebianOpenstack();
});
afterEach(() => openstack.removeNodes());
afterAll(() => openstack.close());

async function setUp(node: DebianNode, kind: SetupKind = 'apply', steps: SetupStep[] = novaDockerSteps) {
  const changes: SetupStepChange[] = [];
  const end = await runSetup({ kind, ctx: node.ctx, steps, report: async (news) => void ('step' in news && news.step.state !== 'runs' && changes.push(news.step)) });
  return { error: end.error, changed: changes.filter(({ state }) => state === 'changed' || state === 'wouldChange').map(({ name }) => name), step: (name: string) => changes.find((change) => change.name === name) };
}

/** All options that oslo.config itself reads in files: those of later files win, as on Debian's command line of the service. */
function readByOslo(files: string[]): Record<string, Record<string, string[]>> {
  const script = `
import json, sys
from oslo_config import cfg
namespace = cfg._Namespace(cfg.ConfigOpts())
merged = {}
for file in sys.argv[1:]:
    sections = {}
    parser = cfg.ConfigParser(file, sections)
    parser._add_normalized({})
    parser.parse()
    for name, keys in sections.items(): merged.setdefault(name, {}).update(keys)
print(json.dumps(merged))`;
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, ...files], { encoding: 'utf8' })) as Record<string, Record<string, string[]>>;
}

/** Lines that only one of two texts has. */
function changedLines(before: string, after: string): string[] {
  const [one, other] = [before.split('\n'), after.split('\n')];
  return [...one.filter((line) => !other.includes(line)).map((line) => `-${line}`), ...other.filter((line) => !one.includes(line)).map((line) => `+${line}`)];
}

test("Debian's Nova gets the driver: its files changed in two lines, each read by oslo.config; services restarted after; undone to the byte", async () => {
  const seenAtRestart: boolean[] = [];
  const node: DebianNode = await openstack.createNode({ onRestart: async () => void seenAtRestart.push(node.read('/etc/nova/nova.conf').includes(`compute_driver = ${driver}`) && existsSync(node.path('/etc/nova/rootwrap.d/docker.filters')) && (await node.pip('freeze')).includes('nova-docker==1.0')) });
  const conf = ['/etc/nova/nova.conf', '/etc/nova/nova-compute.conf'];
  const [tree, texts, before] = [node.tree(), conf.map((path) => node.read(path)), readByOslo(conf.map((path) => node.path(path)))];
  expect((await setUp(node, 'check')).changed).toEqual(['nova-driver', 'nova-conf', 'nova-rootwrap', 'openstack-services']);
  expect(node.tree()).toEqual(tree);

  const first = await setUp(node);
  expect(first.error).toBeUndefined();
  expect(first.changed).toEqual(['nova-driver', 'nova-conf', 'nova-rootwrap', 'openstack-services']);
  expect(node.restarts).toEqual(['nova-compute']);
  expect(seenAtRestart).toEqual([true]);
  expect(conf.map((path, at) => changedLines(texts[at] ?? '', node.read(path)))).toEqual([[`+compute_driver = ${driver}`], ['-compute_driver=libvirt.LibvirtDriver', `+compute_driver=${driver}`]]);
  expect(node.read(conf[0]!)).toContain(`#compute_driver = <None>\ncompute_driver = ${driver}\n`);
  expect(readByOslo(conf.map((path) => node.path(path)))).toEqual({ ...before, DEFAULT: { ...before['DEFAULT'], compute_driver: [driver] } });
  expect(readByOslo([node.path('/etc/nova/rootwrap.d/docker.filters')])).toEqual({ Filters: { ln: ['CommandFilter, /bin/ln, root'] } });
  expect(lstatSync(node.path('/etc/nova/rootwrap.d/docker.filters')).mode).toBe(lstatSync(node.path('/etc/nova/rootwrap.d/compute.filters')).mode);
  expect(first.step('nova-driver')?.detail).toBe('nova-docker 1.0 from nova-docker==1.0 in the virtualenv /opt/nova');
  expect(first.step('glance-conf')).toMatchObject({ state: 'ok', detail: expect.stringMatching(/ami,ari,aki,bare,ovf,ova,docker,compressed \(as the installed Glance has it\): docker is among them/) });

  expect(await setUp(node)).toMatchObject({ error: undefined, changed: [] });
  expect(node.restarts).toHaveLength(1);

  const undone = await setUp(node, 'undo');
  expect(undone.error).toBeUndefined();
  expect(undone.step('nova-driver')?.detail).toMatch(/^uninstalled (docker-py|nova-docker), (docker-py|nova-docker) from \/opt\/nova\/bin\/python$/);
  expect(node.restarts).toEqual(['nova-compute', 'nova-compute']);
  expect(node.tree()).toEqual(tree);
  expect(await setUp(node, 'undo')).toMatchObject({ error: undefined, changed: [] });
});

test.each([
  ['keeps the formats that are set', (text: string) => text.replace('#container_formats = ami,ari,aki,bare,ovf,ova,docker,compressed', 'container_formats = bare, ova'), '-container_formats = bare, ova', '+container_formats = bare, ova, docker'],
  ['also by their old name', (text: string) => text.replace('[DEFAULT]\n', '[DEFAULT]\ncontainer_formats = bare\n'), '-container_formats = bare', '+container_formats = bare,docker'],
])("Debian's Glance takes docker, and %s", async (_, configure, ...lines) => {
  const node = await openstack.createNode({ profile: { compute: false } });
  const path = '/etc/glance/glance-api.conf';
  const text = configure(node.read(path));
  writeFileSync(node.path(path), text);
  const before = readByOslo([node.path(path)]);
  const { error, changed } = await setUp(node);
  expect({ error, changed }).toEqual({ error: undefined, changed: ['glance-conf', 'openstack-services'] });
  expect(changedLines(text, node.read(path))).toEqual(lines);
  const after = readByOslo([node.path(path)]);
  const section = before['image_format']?.['container_formats'] ? 'image_format' : 'DEFAULT';
  expect(after).toEqual({ ...before, [section]: { ...before[section], container_formats: [lines[1]!.split(' = ')[1]] } });
  expect(node.restarts).toEqual(['glance-api']);
  expect((await setUp(node)).changed).toEqual([]);
  await setUp(node, 'undo');
  expect(node.read(path)).toBe(text);
});

test('of a Glance without docker in its default, the default is kept: as its file has it in a comment, else as documented', async () => {
  const node = await openstack.createNode({ profile: { compute: false }, python: async () => ({ code: 1, stdout: '', output: 'no Glance' }) });
  const path = '/etc/glance/glance-api.conf';
  writeFileSync(node.path(path), node.read(path).replace('ovf,ova,docker,compressed', 'ovf'));
  const { step } = await setUp(node, 'check');
  expect(step('glance-conf')?.detail).toContain('default of Glance here is ami,ari,aki,bare,ovf (as the comment in that file has it), without docker; to do: set container_formats = ami,ari,aki,bare,ovf,docker in [image_format]');
  writeFileSync(node.path(path), '[DEFAULT]\r\ndebug = true');
  await setUp(node);
  expect(node.read(path)).toBe('[DEFAULT]\r\ndebug = true\r\n\r\n[image_format]\r\ncontainer_formats = ami,ari,aki,bare,ovf,ova,docker\r\n');
  expect(readByOslo([node.path(path)])).toEqual({ DEFAULT: { debug: ['true'] }, image_format: { container_formats: ['ami,ari,aki,bare,ovf,ova,docker'] } });
});

test('a driver out of git: its commit is told; another ref replaces it; undo takes out all that came', async () => {
  const repository = join(openstack.folder, 'nova-docker.git');
  const commit = execFileSync('git', ['-C', repository, 'rev-parse', 'stable/liberty'], { encoding: 'utf8' }).trim();
  const node = await openstack.createNode({ profile: { package: `git+file://${repository}@stable/liberty`, glance: false } });
  const freeze = await node.pip('freeze');
  const first = await setUp(node);
  expect(first.error).toBeUndefined();
  expect(first.step('nova-driver')?.detail).toBe(`nova-docker 1.0 (commit ${commit.slice(0, 12)}) from git+file://${repository}@stable/liberty in the virtualenv /opt/nova`);
  expect((await setUp(node)).changed).toEqual([]);
  node.ctx.profile.novaDocker.package = 'nova-docker==0.9';
  const second = await setUp(node);
  expect({ error: second.error, changed: second.changed }).toEqual({ error: undefined, changed: ['nova-driver', 'openstack-services'] });
  expect(await node.pip('freeze')).toContain('nova-docker==0.9');
  await setUp(node, 'undo');
  expect(await node.pip('freeze')).toBe(freeze);
});

test('a driver that needs another version of what Nova runs with is refused, and nothing is changed', async () => {
  const node = await openstack.createNode({ profile: { package: 'nova-docker==2.0' } });
  const tree = node.tree();
  const { error } = await setUp(node);
  expect(error).toMatchObject({ step: 'nova-driver', message: expect.stringMatching(/six[^]*What is installed already may not be changed, since Nova runs with it/) });
  expect(node.tree()).toEqual(tree);
  expect(node.restarts).toEqual([]);
});

test('a driver that was there is put back by the undo; what somebody installed since stays', async () => {
  const node = await openstack.createNode();
  await node.pip('install', '-q', '--index-url', openstack.indexUrl, 'nova-docker==0.9');
  await setUp(node, 'apply', [installDriver]);
  expect(await node.pip('freeze')).toContain('nova-docker==1.0');
  await node.pip('install', '-q', '--index-url', openstack.indexUrl, '--no-deps', 'docker-py==1.10');
  const { step } = await setUp(node, 'undo', [installDriver]);
  expect(step('nova-driver')?.detail).toBe('uninstalled nova-docker from /opt/nova/bin/python, installed nova-docker==0.9 again');
  expect((await node.pip('freeze')).split('\n')).toEqual(expect.arrayContaining(['nova-docker==0.9', 'docker-py==1.10']));
});

test('an installation that was cut off is taken back as well', async () => {
  const node = await openstack.createNode();
  const tree = node.tree();
  const { run } = node.ctx;
  const cut = { ...node.ctx, run: (async (command, args, settings) => (args.includes('freeze') && existsSync(node.path('/opt/nova/lib/python3.11/site-packages/novadocker')) ? Promise.reject(new Error('power cut')) : run(command, args, settings))) satisfies Run };
  expect((await runSetup({ kind: 'apply', ctx: cut, steps: [installDriver], report: async () => {} })).error?.message).toBe('power cut');
  expect(await node.pip('freeze')).toContain('nova-docker==1.0');
  expect((await setUp(node, 'undo', [installDriver])).error).toBeUndefined();
  expect(node.tree()).toEqual(tree);
});

test.each([
  ['failed before all was there', ['docker-py==1.7.2'], { code: 1, stdout: '', output: 'no space left' }, ['ansible==9.0', 'nova-docker==0.9']],
  ['was cut off', ['nova-docker==1.0'], undefined, ['ansible==9.0']],
])('of an installation that %s, what it brought is taken back, and what others installed since stays', async (_, came, result, others) => {
  const node = await openstack.createNode();
  const freeze = (await node.pip('freeze')).trim().split('\n');
  const install = (...names: string[]) => node.pip('install', '-q', '--index-url', openstack.indexUrl, ...names);
  let isOff = false;
  const run: Run = async (command, args, settings) => {
    if (isOff) throw new Error('power cut');
    if (!args.includes('install') || args.includes('--dry-run')) return node.ctx.run(command, args, settings);
    await install(...came);
    isOff = result === undefined;
    return result ?? Promise.reject(new Error('power cut'));
  };
  const { error } = await runSetup({ kind: 'apply', ctx: { ...node.ctx, run }, steps: [installDriver], report: async () => {} });
  expect(error?.message).toMatch(/no space left|power cut/);
  await install('--no-deps', ...others);
  expect((await setUp(node, 'undo', [installDriver])).error).toBeUndefined();
  expect((await node.pip('freeze')).trim().split('\n').toSorted()).toEqual([...freeze, ...others].toSorted());
});

test('files that somebody edited since keep those edits; only our key is taken back', async () => {
  const node = await openstack.createNode();
  const [conf, compute] = ['/etc/nova/nova.conf', '/etc/nova/nova-compute.conf'].map((path) => node.read(path));
  await setUp(node, 'apply', [configureNova]);
  appendFileSync(node.path('/etc/nova/nova.conf'), '[docker]\nprivileged = true\n');
  const { step } = await setUp(node, 'undo', [configureNova]);
  expect(step('nova-conf')?.detail).toBe('removed compute_driver from /etc/nova/nova.conf, set compute_driver in /etc/nova/nova-compute.conf back to "libvirt.LibvirtDriver", and nothing else, since the files were edited after the set-up');
  expect(node.read('/etc/nova/nova.conf')).toBe(`${conf}[docker]\nprivileged = true\n`);
  expect(node.read('/etc/nova/nova-compute.conf')).toBe(compute);
});

test('what somebody edited between two runs lives on as well', async () => {
  const node = await openstack.createNode();
  const conf = node.read('/etc/nova/nova.conf');
  await setUp(node, 'apply', [configureNova]);
  const path = node.path('/etc/nova/nova.conf');
  writeFileSync(path, `${node.read('/etc/nova/nova.conf').replace(/^compute_driver.*$/m, 'compute_driver = other.Driver')}[docker]\nprivileged = true\n`);
  await setUp(node, 'apply', [configureNova]);
  expect(node.read('/etc/nova/nova.conf')).not.toContain('other.Driver');
  await setUp(node, 'undo', [configureNova]);
  expect(node.read('/etc/nova/nova.conf')).toBe(`${conf}[docker]\nprivileged = true\n`);
});

test('a nova-compute that ends after its start fails the set-up with its log; once undone it runs again', async () => {
  let breaks = false;
  const node = await openstack.createNode({ breaks: () => breaks });
  const steps = [checkNode, installFilter, restartServices];
  breaks = true;
  const { error } = await setUp(node, 'apply', steps);
  expect(error).toMatchObject({ step: 'openstack-services', message: expect.stringMatching(/nova-compute does not stay up[^]*Unable to load the virtualization driver[^]*undo puts everything back/) });
  breaks = false;
  expect((await setUp(node, 'undo', steps)).error).toBeUndefined();
  expect(node.restarts).toEqual(['nova-compute', 'nova-compute']);
});

test("into the distribution's Python pip installs as it is told to, beside what the distribution has; with a Nova since Newton that is warned of", async () => {
  const local = join(openstack.folder, 'local');
  mkdirSync(local);
  // The machine's own /usr/local is not touched: each command has a view of its own.
  const python: Run = (command, args, settings) => runCommand('unshare', ['--mount', 'sh', '-c', 'mount --bind "$0" /usr/local/lib/python3.11/dist-packages && exec "$@"', local, command, ...args], { ...settings, env: { ...settings?.env, ...pipEnv, PYTHONPATH: join(openstack.folder, 'root/usr/lib/python3/dist-packages') } });
  const node = await openstack.createNode({ profile: { virtualenv: '', glance: false }, python });
  const before = await setUp(node, 'check');
  expect(before.step('nova-driver')?.detail).toMatch(/Beware: Nova 26\.2\.2 loads drivers from its own folder only .*into the system's Python \(\/usr\/bin\/python3\).*--break-system-packages/);
  const { error, step } = await setUp(node);
  expect(error).toBeUndefined();
  expect(step('nova-driver')?.detail).toMatch(/^nova-docker 1\.0 from nova-docker==1\.0 in the system's Python .*Beware/);
  expect(readdirSync(local).sort()).toEqual(['docker_py-1.7.2.dist-info', 'nova_docker-1.0.dist-info', 'novadocker']);
  expect((await setUp(node)).changed).toEqual([]);
  await setUp(node, 'undo');
  expect(readdirSync(local)).toEqual([]);
});
