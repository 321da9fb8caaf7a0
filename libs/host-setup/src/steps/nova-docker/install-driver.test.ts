import { writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { SetupContext } from '../../setup-step.ts';
import { createNode, nova12, removeNodes, systemctl, type Programs } from '../../testing/fake-openstack.ts';
import { installDriver } from './install-driver.ts';
import { pythonOf } from './python-of.ts';
import { requirementName } from './requirement-name.ts';

afterEach(removeNodes);

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
  const { run, ...ctx } = await createNode({ programs: { '/usr/bin/python3': python, sync: () => ({}), ...systemctl('nova-compute') } });
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
  const ctx = await createNode({ profile, programs: { '/usr/bin/python3': () => ({ stdout: JSON.stringify(seen) }) } });
  await expect(installDriver.check(ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(message) });
});

test.each([['12.0.6', false, false], ['2015.1.0', false, false], ['14.0.0', false, true], ['26.2.2', false, true], ['26.2.2', true, false]])('Nova %s (driver in its own folder: %s) is warned of: %s', async (version, inTree, isWarned) => {
  const check = await installDriver.check(await createNode({ programs: { '/usr/bin/python3': () => ({ stdout: JSON.stringify({ ...nova12, nova: { version, folder: '/n' }, inTree }) }) }, profile: { package: 'git+https://me:secret@x/n@y' } }));
  expect(JSON.stringify(check).includes('since Newton')).toBe(isWarned);
  expect(JSON.stringify(check)).not.toContain('secret');
});

test.each([
  ['#!/usr/bin/python2\n', '/usr/bin/python2'],
  ['#! /usr/bin/python3 -s\n', '/usr/bin/python3'],
  ['#!/usr/bin/env python3.6\n', 'python3.6'],
  ['#!/bin/sh\n', '/usr/bin/python3'],
])('a program that begins with %j runs by %s', async (line, python) => {
  expect(await pythonOf(await createNode({ files: { '/usr/bin/nova-compute': line } }), { program: 'nova-compute', virtualenv: '' })).toBe(python);
});

test.each([
  ['Nova_Docker==1.0', 'nova-docker'],
  ['nova-docker @ git+https://x@abc', 'nova-docker'],
  ['-e git+https://x@abc#egg=nova_docker', 'nova-docker'],
  ['/opt/nova-docker', ''],
])('the name in %j is "%s"', (line, name) => {
  expect(requirementName(line)).toBe(name);
});
