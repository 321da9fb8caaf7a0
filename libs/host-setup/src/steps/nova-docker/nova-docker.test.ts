import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultHostProfile, type NovaDockerProfile } from '@novadock/model';
import { afterEach, expect, test } from 'vitest';
import type { CommandResult } from '../../run-command.ts';
import { runSetup } from '../../run-setup.ts';
import type { SetupContext } from '../../setup-step.ts';
import { createFolderContext } from '../../testing/setup-context.ts';
import { checkDockerUser } from './check-docker-user.ts';
import { checkNode } from './check-node.ts';
import { configFiles } from './config-files.ts';
import { configureGlance } from './configure-glance.ts';
import { configureNova } from './configure-nova.ts';
import { findProcess } from './find-process.ts';
import { findService } from './find-service.ts';
import { installDriver } from './install-driver.ts';
import { installFilter } from './install-filter.ts';
import { installTools } from './install-tools.ts';
import { glanceApi, novaCompute } from './node-service.ts';
import { novaDockerSteps } from './nova-docker-steps.ts';
import { pythonOf } from './python-of.ts';
import { requirementName } from './requirement-name.ts';
import { commandFor } from './restart-service.ts';
import { restartServices } from './restart-services.ts';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const nova12 = { major: 3, pip: true, managed: false, nova: { version: '12.0.6', folder: '/n' }, driver: null, inTree: false };
const noUnit = { stdout: 'Id=nova-compute.service\nLoadState=not-found\nActiveState=inactive\nMainPID=0\nUser=\n' };
type Programs = Record<string, (args: string[]) => Partial<CommandResult>>;
type Options = { files?: Record<string, string>; programs?: Programs; profile?: Partial<NovaDockerProfile>; host?: Partial<SetupContext['host']>; dockerGroup?: string[] };

async function node({ files = {}, programs = {}, profile = {}, host = {}, dockerGroup = [] }: Options = {}): Promise<SetupContext> {
  const { ctx, remove } = await createFolderContext();
  removals.push(remove);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(ctx.root, path)), { recursive: true });
    writeFileSync(join(ctx.root, path), text);
  }
  const run: SetupContext['run'] = async (command, args) => ({ code: programs[command] ? 0 : 127, stdout: '', output: '', ...programs[command]?.(args) });
  const novaDocker = { package: 'nova-docker==1.0', indexUrl: '', virtualenv: '', compute: true, glance: false, ...profile };
  return { ...ctx, run, host: { ...ctx.host, serviceManager: 'systemd', packageManager: 'apt-get', ...host }, profile: { name: 'p', revision: 1, ...defaultHostProfile, dockerGroup, novaDocker } };
}

const systemctl = (unit: string, user = 'nova') => ({ systemctl: () => ({ stdout: `Id=openstack-x.service\nLoadState=not-found\nActiveState=inactive\nMainPID=0\nUser=\n\nId=${unit}.service\nLoadState=loaded\nActiveState=active\nMainPID=0\nUser=${user}\n` }) });

test('what a profile does not ask for is not shown, and not done', async () => {
  const shown = async (ctx: SetupContext) => {
    const names: string[] = [];
    await runSetup({ kind: 'check', ctx, steps: novaDockerSteps, report: async (news) => void ('step' in news && news.step.state === 'runs' && names.push(news.step.name)) });
    return names;
  };
  const ctx = await node();
  expect(await shown({ ...ctx, profile: { ...ctx.profile, novaDocker: undefined } })).toEqual([]);
  expect(await shown(await node({ profile: { compute: false } }))).toEqual([]);
  expect(await shown(await node({ profile: { compute: false, glance: true } }))).toEqual(['openstack-node', 'glance-conf', 'openstack-services']);
  expect(await shown(ctx)).toEqual(['openstack-node', 'nova-tools', 'nova-driver', 'nova-conf', 'nova-rootwrap', 'nova-user', 'openstack-services']);
});

test.each([
  ['no such unit', { programs: { systemctl: () => noUnit } }, 'systemd knows none of openstack-nova-compute, nova-compute, devstack@n-cpu'],
  ['no nova.conf', { programs: systemctl('nova-compute') }, '/etc/nova/nova.conf is not there'],
  ['nothing that runs', { host: { serviceManager: 'none' } }, 'no such process runs'],
] satisfies [string, Options, string][])('a host that is no node is refused, with what the profile expects: %s', async (_, options, message) => {
  const error = await checkNode.check(await node(options)).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'invalid', reason: 'NOT_AN_OPENSTACK_NODE', message: expect.stringContaining(message) });
  expect((error as Error).message).toMatch(/The profile says novaDocker\.compute: true.*or set novaDocker\.compute to false/);
});

const onlyNova: Programs = { '/usr/bin/python3': () => ({ stdout: JSON.stringify(nova12) }), systemctl: (args) => (args.includes('nova-compute.service') ? systemctl('nova-compute').systemctl() : noUnit) };
const novaConf = { '/etc/nova/nova.conf': '' };

test('on a compute node without glance-api, a profile for both leaves Glance to the node that runs it', async () => {
  const ctx = await node({ files: novaConf, programs: onlyNova, profile: { glance: true } });
  expect(await checkNode.check(ctx)).toEqual({ ok: true, detail: 'nova-compute with /etc/nova/nova.conf, no glance-api: the node that runs it is to get this profile as well' });
  expect(await configureGlance.check(ctx)).toEqual({ ok: true, detail: 'glance-api does not run on this host' });
  expect(await restartServices.check(ctx)).toMatchObject({ ok: false, why: 'nova-compute: "Docker driver of Nova" comes first' });
});

test('where glance-api is, or its configuration, and in a profile for Glance alone, it is required', async () => {
  const both = { ...novaConf, '/etc/glance/glance-api.conf': '[image_format]\ncontainer_formats = bare\n' };
  expect(await configureGlance.check(await node({ files: both, programs: systemctl('glance-api'), profile: { glance: true } }))).toMatchObject({ ok: false, todo: expect.stringContaining('bare,docker') });
  for (const ctx of [await node({ files: both, programs: onlyNova, profile: { glance: true } }), await node({ programs: onlyNova, profile: { compute: false, glance: true } })]) {
    await expect(checkNode.check(ctx)).rejects.toMatchObject({ reason: 'NOT_AN_OPENSTACK_NODE', message: expect.stringContaining('novaDocker.glance: true') });
  }
});

test('of the units that a service may be, the active one is taken', async () => {
  const blocks = [['openstack-nova-compute', 'inactive'], ['devstack@n-cpu', 'active']].map(([unit, state]) => `Id=${unit}.service\nLoadState=loaded\nActiveState=${state}\nMainPID=0\nUser=stack`);
  expect(await findService(await node({ programs: { systemctl: () => ({ stdout: `${blocks.join('\n\n')}\n` }) } }), novaCompute)).toMatchObject({ unit: 'devstack@n-cpu', active: true, user: 'stack' });
});

test.each([
  ['sysvinit', 'service', 'service openstack-nova-compute restart'],
  ['openrc', 'rc-service', 'rc-service openstack-nova-compute restart'],
] as const)('%s is asked by its own command', async (serviceManager, program, restart) => {
  const asked: string[][] = [];
  const ctx = await node({ host: { serviceManager }, files: { '/etc/init.d/openstack-nova-compute': '' }, programs: { [program]: (args) => (asked.push(args), { code: 3 }) } });
  expect(await findService(ctx, novaCompute)).toMatchObject({ unit: 'openstack-nova-compute', active: false, user: 'nova' });
  expect(asked).toEqual([['openstack-nova-compute', 'status']]);
  expect(commandFor(ctx, 'openstack-nova-compute').join(' ')).toBe(restart);
});

const proc = (pid: number, args: string[], ticks: number) => ({ [`/proc/${pid}/cmdline`]: `${args.join('\0')}\0`, [`/proc/${pid}/stat`]: `${pid} (a) b) S ${'0 '.repeat(18)}${ticks} 0`, [`/proc/${pid}/status`]: 'Uid:\t64060\t1\t1\t1\nGid:\t7\t7\t7\t7\nGroups:\t7 998 \n', '/proc/uptime': '1000.00 1.0\n' });

test('a process is found as script and by the oldest, with its start and groups', async () => {
  const ctx = await node({ files: { ...proc(30, ['/usr/bin/python3', '-s', '/usr/bin/nova-compute'], 90_000), ...proc(20, ['/usr/bin/python3', '/usr/bin/nova-compute'], 95_000), ...proc(10, ['vi', '/usr/bin/nova-compute'], 1) } });
  const found = await findProcess({ root: ctx.root, program: 'nova-compute' });
  expect(found).toMatchObject({ pid: 30, uid: 64060, groups: [7, 7, 7, 7, 7, 998] });
  expect(Math.abs(Date.now() - 100_000 - (found?.startedAtMs ?? 0))).toBeLessThan(5000);
});

test('the files that a running service names are those that are edited', async () => {
  const files = { ...proc(30, ['/opt/stack/bin/python', '/opt/stack/bin/nova-compute', '--config-file', '/etc/nova/nova-cpu.conf', '--config-dir=/etc/nova/x.d'], 1), '/etc/nova/nova-cpu.conf': '', '/etc/nova/x.d/b.conf': '', '/etc/nova/x.d/a.conf': '', '/etc/nova/x.d/c.txt': '' };
  expect(await configFiles(await node({ files }), novaCompute)).toEqual({ main: '/etc/nova/nova-cpu.conf', others: ['/etc/nova/x.d/a.conf', '/etc/nova/x.d/b.conf'] });
  expect(await configFiles(await node({ files: { '/etc/glance/glance-api.conf': '', '/etc/glance/glance-api.conf.d/1.conf': '' } }), glanceApi)).toEqual({ main: '/etc/glance/glance-api.conf', others: ['/etc/glance/glance-api.conf.d/1.conf'] });
});

test('a file that oslo.config does not read is named with its line, and left alone', async () => {
  const ctx = await node({ files: { '/etc/nova/nova.conf': '[DEFAULT]\nnonsense\n' } });
  await expect(configureNova.check(ctx)).rejects.toMatchObject({ code: 'invalid', message: '/etc/nova/nova.conf: line 2 has no "=" or ":". oslo.config, and so the service, does not read such a file. Mend it, then run the set-up again' });
});

test('bytes that are no UTF-8 stay as they are', async () => {
  const ctx = await node({ files: { '/etc/nova/nova.conf': '' }, programs: systemctl('nova-compute') });
  writeFileSync(join(ctx.root, '/etc/nova/nova.conf'), Buffer.from('[DEFAULT]\n# caf\xe9\n', 'latin1'));
  await configureNova.apply(ctx);
  expect(statSync(join(ctx.root, '/etc/nova/nova.conf')).size).toBe('[DEFAULT]\n# caf.\ncompute_driver = novadocker.virt.docker.DockerDriver\n'.length);
  expect(await configureNova.check(ctx)).toMatchObject({ ok: true });
  expect(await configureNova.undo(ctx)).toBe('put /etc/nova/nova.conf back as it was');
});

test.each([
  ['in it', 'docker:x:998:root,nova\n', [], { ok: true, detail: 'nova is in the group docker' }],
  ['by its own group', 'docker:x:64060:\n', [], { ok: true }],
  ['about to be', 'docker:x:998:\n', ['nova'], { ok: false, todo: 'the step for the group docker adds it' }],
  ['before there is such a group', '', ['nova'], { ok: false }],
] as const)("Nova's user and the group docker: %s", async (_, group, dockerGroup, expected) => {
  const ctx = await node({ files: { '/etc/group': group, '/etc/passwd': 'nova:x:64060:64060::/:/bin/sh\n' }, programs: systemctl('nova-compute'), dockerGroup: [...dockerGroup] });
  expect(await checkDockerUser.check(ctx)).toMatchObject(expected);
});

test('a user of Nova that nobody asked to be in the group docker is named, with what to set', async () => {
  const ctx = await node({ files: { '/etc/group': 'docker:x:998:novadock\n' }, programs: systemctl('devstack@n-cpu', 'stack') });
  await expect(checkDockerUser.check(ctx)).rejects.toMatchObject({ code: 'invalid', reason: 'NOVA_USER_NOT_IN_DOCKER_GROUP', message: expect.stringContaining('Add "stack" to dockerGroup of the profile') });
});

test('nor may the profile take it out of the group', async () => {
  const ctx = await node({ files: { '/etc/group': 'docker:x:998:nova\n' }, programs: systemctl('nova-compute') });
  await ctx.changes.remember('docker-group', 'added nova', true);
  await expect(checkDockerUser.check(ctx)).rejects.toMatchObject({ reason: 'NOVA_USER_NOT_IN_DOCKER_GROUP', message: expect.stringContaining('Add "nova" to dockerGroup of the profile') });
});

test.each([
  ['apt-get', 3, 'git, python3-pip'],
  ['apt-get', 2, 'git, python-pip'],
  ['yum', 2, 'git, python2-pip'],
  ['dnf', 3, 'git, python3-pip'],
  ['zypper', 3, 'git, python3-pip'],
  ['apk', 3, 'git, py3-pip'],
] as const)('with %s and Python %i the tools are %s', async (packageManager, major, names) => {
  const programs = { '/usr/bin/python3': () => ({ stdout: JSON.stringify({ ...nova12, major, pip: false }) }) };
  const check = await installTools.check(await node({ programs, host: { packageManager }, profile: { package: 'git+https://x/nova-docker@stable/liberty' } }));
  expect(check).toMatchObject({ ok: false, todo: expect.stringContaining(`install ${names} with `) });
});

type Apt = { come: string[]; install: () => Partial<CommandResult>; mend?: () => void };

/** A Debian without pip, whose apt says that it would install pip and what pip needs; `broken` is what was unpacked and no more. */
async function debian({ come, install, mend }: Apt) {
  const host = { installed: ['base'], broken: [] as string[], purged: [] as string[][] };
  const add = (...names: string[]) => void host.installed.push(...names.filter((name) => !host.installed.includes(name)));
  const programs: Programs = {
    '/usr/bin/python3': () => ({ stdout: JSON.stringify({ ...nova12, pip: host.installed.includes('python3-pip') }) }),
    'dpkg-query': () => ({ stdout: [...host.installed.map((name) => `ii  ${name} 1.0\n`), ...host.broken.map((name) => `iU  ${name} 1.0\n`)].join('') }),
    'apt-get': (args) => {
      if (args.includes('-f')) return (mend?.(), {});
      if (args.includes('--simulate')) return host.broken.length > 0 ? { code: 100, output: "Try 'apt --fix-broken install'" } : { stdout: ['python3-pip', 'python3-wheel:amd64'].map((name) => `Inst ${name} (1.0 Debian:12)\n`).join('') };
      if (!args.includes('install')) return {};
      add(...come);
      return install();
    },
    dpkg: ([verb, ...names]) => {
      if (verb !== '--purge') return {};
      host.purged.push(names);
      host.installed = host.installed.filter((name) => !names.includes(name) || name === 'python3-wheel');
      return { code: 1 };
    },
  };
  return { host, add, ctx: await node({ programs }) };
}

test('tools that were installed are removed by the undo; what was there before, or came meanwhile, is not', async () => {
  const { ctx, host, add } = await debian({ come: ['python3-pip', 'python3-wheel'], install: () => ({}) });
  await installTools.apply(ctx);
  expect(await installTools.check(ctx)).toEqual({ ok: true, detail: 'pip of /usr/bin/python3' });
  add('vim');
  expect(await installTools.undo(ctx)).toBe('removed python3-pip; left python3-wheel, which something else needs by now');
  expect(host.purged).toEqual([['python3-pip', 'python3-wheel']]);
  expect(host.installed).toEqual(['base', 'python3-wheel', 'vim']);
});

test('tools: a run that failed, then others install, then undo: what others installed stays, also what the set-up wanted', async () => {
  const { ctx, host, add } = await debian({ come: ['python3-wheel'], install: () => ({ code: 100, output: 'E: no' }) });
  await expect(installTools.apply(ctx)).rejects.toThrow('E: no');
  add('postgresql', 'nginx', 'python3-pip');
  await installTools.undo(ctx);
  expect(host.purged).toEqual([['python3-wheel']]);
});

test('tools: a run that was cut off, then others install, then undo: only what was about to be installed is removed', async () => {
  const cut = () => {
    throw new Error('power cut');
  };
  const { ctx, host, add } = await debian({ come: ['python3-pip'], install: cut });
  await expect(installTools.apply(ctx)).rejects.toThrow('power cut');
  host.broken = ['python3-wheel'];
  add('postgresql', 'nginx');
  await installTools.undo(ctx);
  expect(host.purged).toEqual([['python3-pip', 'python3-wheel']]);
});

test('tools: what the next run brings to its end of one that was cut off is removed as well, and nothing that came in between', async () => {
  let isCut = true;
  const { ctx, host, add } = await debian({
    come: [],
    install: () => {
      if (isCut) throw new Error('power cut');
      return {};
    },
    mend: () => ((host.broken = []), add('python3-wheel', 'python3-pip')),
  });
  await expect(installTools.apply(ctx)).rejects.toThrow('power cut');
  isCut = false;
  host.broken = ['python3-wheel'];
  add('postgresql', 'nginx');
  await installTools.apply(ctx);
  expect(await installTools.check(ctx)).toMatchObject({ ok: true });
  add('vim');
  await installTools.undo(ctx);
  expect(host.purged.map((names) => names.toSorted())).toEqual([['python3-pip', 'python3-wheel']]);
});

type PipRun = { version: string; come: string[]; ends: 'well' | 'badly' | 'never' };

/** Nova's Python, whose pip brings `come` when it installs; where that never ends, nothing answers until `add`, as after a power cut. */
async function pythonNode({ version, come, ends }: PipRun) {
  const state = { ends, isOff: false, lines: ['nova==12.0.6'] };
  const add = (...others: string[]) => {
    state.isOff = false;
    state.lines.push(...others.filter((line) => !state.lines.includes(line)));
  };
  const pip: Programs = {
    '--version': () => ({ stdout: `pip ${version} from /usr/lib/python3/dist-packages/pip (python 3.11)\n` }),
    freeze: () => ({ stdout: state.lines.join('\n') }),
    show: () => ({ stdout: 'Name: nova-docker\nRequires: Docker_Py, six\nRequired-by: x\n' }),
    uninstall: (args) => ((state.lines = state.lines.filter((line) => !args.includes(requirementName(line)))), {}),
    install: (args) => {
      if (args.includes('--dry-run')) return (writeFileSync(args[args.indexOf('--report') + 1] ?? '', JSON.stringify({ version: '1', install: ['Docker_Py', 'six', 'nova-docker'].map((name) => ({ metadata: { name, version: '1' } })) })), {});
      add(...come);
      state.isOff = state.ends === 'never';
      return { code: state.ends === 'well' ? 0 : 1, output: state.ends };
    },
  };
  const python = ([first, , verb = '', ...args]: string[]) => {
    const driver = state.lines.includes('nova-docker==1.0') ? { name: 'nova-docker', version: '1.0', commit: null, path: '/n' } : null;
    return first === '-c' ? { stdout: JSON.stringify({ ...nova12, driver }) } : (pip[verb]?.(args) ?? { code: 2, output: `unknown command "${verb}"` });
  };
  const { run, ...ctx } = await node({ programs: { '/usr/bin/python3': python, sync: () => ({}), ...systemctl('nova-compute') } });
  const runOrNot: SetupContext['run'] = async (...command) => {
    const result = await run(...command);
    if (state.isOff) throw new Error('power cut');
    return result;
  };
  return { ctx: { ...ctx, run: runOrNot }, state, add };
}

test.each([
  { how: 'failed', version: '23.0.1', ends: 'badly', come: ['docker-py==1.7.2'], others: ['ansible==9', 'six==1.9'], left: ['ansible==9', 'six==1.9'] },
  { how: 'failed', version: '9.0.3', ends: 'badly', come: ['docker-py==1.7.2'], others: ['ansible==9', 'six==1.9'], left: ['ansible==9', 'six==1.9'] },
  { how: 'was cut off', version: '22.2', ends: 'never', come: ['docker-py==1.7.2'], others: ['ansible==9'], left: ['ansible==9'] },
  { how: 'was cut off at its end', version: '9.0.3', ends: 'never', come: ['docker-py==1.7.2', 'six==1.9', 'nova-docker==1.0'], others: ['ansible==9'], left: ['ansible==9'] },
  { how: 'was cut off before the driver', version: '22.1.2', ends: 'never', come: ['docker-py==1.7.2'], others: ['ansible==9'], left: ['docker-py==1.7.2', 'ansible==9'] },
] as const)('driver: a run that $how, then others install, then undo: only what was to come is taken out (pip $version)', async ({ version, ends, come, others, left }) => {
  const { ctx, state, add } = await pythonNode({ version, ends, come: [...come] });
  await expect(installDriver.apply(ctx)).rejects.toThrow(ends === 'never' ? 'power cut' : 'badly');
  add(...others);
  await installDriver.undo(ctx);
  expect(state.lines).toEqual(['nova==12.0.6', ...left]);
});

test('driver: what others install between a run that was cut off and the next, which goes well, stays', async () => {
  const { ctx, state, add } = await pythonNode({ version: '23.0.1', come: ['docker-py==1.7.2', 'nova-docker==1.0'], ends: 'never' });
  await expect(installDriver.apply(ctx)).rejects.toThrow('power cut');
  add('ansible==9');
  state.ends = 'well';
  await installDriver.apply(ctx);
  expect(await installDriver.undo(ctx)).toBe('uninstalled docker-py, nova-docker from /usr/bin/python3');
  expect(state.lines).toEqual(['nova==12.0.6', 'ansible==9']);
});

test('a driver that pip cannot plan is refused with what pip says, and nothing is begun', async () => {
  const { ctx, state } = await pythonNode({ version: '23.0.1', come: ['docker-py==1.7.2'], ends: 'well' });
  const run: SetupContext['run'] = async (command, args, options) => (args.includes('--dry-run') ? { code: 1, stdout: '', output: 'ResolutionImpossible' } : ctx.run(command, args, options));
  await expect(installDriver.apply({ ...ctx, run })).rejects.toThrow(/ResolutionImpossible\nWhat is installed already may not be changed/);
  expect(state.lines).toEqual(['nova==12.0.6']);
  expect(await installDriver.undo(ctx)).toBe('');
});

test.each([
  ['a virtualenv that is not there', { virtualenv: '/opt/x' }, nova12, 'there is no /opt/x/bin/python'],
  ['a Python without Nova', {}, { ...nova12, nova: null }, '/usr/bin/python3 has no Nova'],
])('the driver is not put into %s', async (_, profile, seen, message) => {
  const ctx = await node({ profile, programs: { '/usr/bin/python3': () => ({ stdout: JSON.stringify(seen) }) } });
  await expect(installDriver.check(ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(message) });
});

test.each([['12.0.6', false, false], ['2015.1.0', false, false], ['14.0.0', false, true], ['26.2.2', false, true], ['26.2.2', true, false]])('Nova %s (driver in its own folder: %s) is warned of: %s', async (version, inTree, isWarned) => {
  const check = await installDriver.check(await node({ programs: { '/usr/bin/python3': () => ({ stdout: JSON.stringify({ ...nova12, nova: { version, folder: '/n' }, inTree }) }) }, profile: { package: 'git+https://me:secret@x/n@y' } }));
  expect(JSON.stringify(check).includes('since Newton')).toBe(isWarned);
  expect(JSON.stringify(check)).not.toContain('secret');
});

test('a filter has the rights of its neighbours; a folder that rootwrap does not read is told', async () => {
  const ctx = await node({ files: { '/etc/nova/rootwrap.d/compute.filters': '' }, programs: systemctl('nova-compute') });
  chmodSync(join(ctx.root, '/etc/nova/rootwrap.d/compute.filters'), 0o640);
  await installFilter.apply(ctx);
  expect(statSync(join(ctx.root, '/etc/nova/rootwrap.d/docker.filters')).mode & 0o777).toBe(0o640);
  chmodSync(join(ctx.root, '/etc/nova/rootwrap.d/docker.filters'), 0o666);
  expect(await installFilter.check(ctx)).toMatchObject({ ok: false, todo: 'give it mode 640 and owner 0:0' });
  expect(await installFilter.undo(ctx)).toBe('removed /etc/nova/rootwrap.d/docker.filters');
  const other = await node({ files: { '/etc/nova/rootwrap.conf': '[DEFAULT]\nfilters_path=/usr/share/nova/rootwrap\n' } });
  await expect(installFilter.check(other)).rejects.toThrow('Add /etc/nova/rootwrap.d to it');
});

test.each([
  ['#!/usr/bin/python2\n', '/usr/bin/python2'],
  ['#! /usr/bin/python3 -s\n', '/usr/bin/python3'],
  ['#!/usr/bin/env python3.6\n', 'python3.6'],
  ['#!/bin/sh\n', '/usr/bin/python3'],
])('a program that begins with %j runs by %s', async (line, python) => {
  expect(await pythonOf(await node({ files: { '/usr/bin/nova-compute': line } }), { program: 'nova-compute', virtualenv: '' })).toBe(python);
});

test.each([
  ['Nova_Docker==1.0', 'nova-docker'],
  ['nova-docker @ git+https://x@abc', 'nova-docker'],
  ['-e git+https://x@abc#egg=nova_docker', 'nova-docker'],
  ['/opt/nova-docker', ''],
])('the name in %j is "%s"', (line, name) => {
  expect(requirementName(line)).toBe(name);
});
