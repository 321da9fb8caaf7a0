import { afterEach, expect, test } from 'vitest';
import type { CommandResult } from '../../run-command.ts';
import { createNode, nova12, removeNodes, type Programs } from '../../testing/fake-openstack.ts';
import { installTools } from './install-tools.ts';

afterEach(removeNodes);

test.each([
  ['apt-get', 3, 'git, python3-pip'],
  ['apt-get', 2, 'git, python-pip'],
  ['yum', 2, 'git, python2-pip'],
  ['dnf', 3, 'git, python3-pip'],
  ['zypper', 3, 'git, python3-pip'],
  ['apk', 3, 'git, py3-pip'],
] as const)('with %s and Python %i the tools are %s', async (packageManager, major, names) => {
  const programs = { '/usr/bin/python3': () => ({ stdout: JSON.stringify({ ...nova12, major, pip: false }) }) };
  const check = await installTools.check(await createNode({ programs, host: { packageManager }, profile: { package: 'git+https://x/nova-docker@stable/liberty' } }));
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
  return { host, add, ctx: await createNode({ programs }) };
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
