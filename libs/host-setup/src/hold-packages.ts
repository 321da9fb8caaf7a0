import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { followLinks } from './follow-links.ts';
import { orMissing } from './or-missing.ts';
import { packageManagers } from './package-managers.ts';
import { runOrThrow } from './run-or-throw.ts';
import type { SetupContext } from './setup-step.ts';
import { appendToList, readList } from './steps/nova-docker/remembered-list.ts';
import { writeHostFile } from './write-host-file.ts';

const step = 'packages';
const zypperLocks = '/etc/zypp/locks';
const versionLocks = ['/etc/dnf/plugins/versionlock.list', '/etc/yum/pluginconf.d/versionlock.list', '/etc/dnf/versionlock.toml'];

/** How each package manager keeps packages at their version when it upgrades all others. */
type Hold = {
  held(ctx: SetupContext, names: string[]): Promise<string[]>;
  hold(ctx: SetupContext, names: string[], versions: Map<string, string>): Promise<void>;
  release(ctx: SetupContext, names: string[]): Promise<void>;
};

const apt: Hold = {
  async held(ctx, names) {
    // As apt-mark sees it, which would read the lists of all repositories first: half a second of CPU. h: dpkg-query(1), db:Status-Abbrev.
    const [command = '', ...args] = packageManagers['apt-get'].list;
    const lines = (await ctx.run(command, args, { isProbe: true })).stdout.split('\n');
    return names.filter((name) => lines.some((line) => line.startsWith('h') && line.split(/\s+/)[1] === name));
  },
  hold: async (ctx, names) => void (await runOrThrow(ctx.run, 'apt-mark', ['hold', ...names])),
  release: async (ctx, names) => void (await runOrThrow(ctx.run, 'apt-mark', ['unhold', ...names])),
};

const zypper: Hold = {
  async held(ctx, names) {
    const locks = (await read(ctx, zypperLocks)) ?? '';
    return names.filter((name) => new RegExp(`^solvable_name: ${escape(name)}$`, 'm').test(locks));
  },
  async hold(ctx, names) {
    await ctx.changes.saveFile(step, zypperLocks);
    await changeLocks(ctx, ['zypper', '--non-interactive', 'addlock', ...names]);
  },
  release: (ctx, names) => changeLocks(ctx, ['zypper', '--non-interactive', 'removelock', ...names]),
};

/** What is in /etc/apk/world with a version stays at it. */
const apk: Hold = {
  async held(ctx, names) {
    const world = ((await read(ctx, '/etc/apk/world')) ?? '').split('\n');
    return names.filter((name) => world.some((line) => line.startsWith(`${name}=`)));
  },
  hold: async (ctx, names, versions) => void (await runOrThrow(ctx.run, 'apk', ['add', '--wait', '300', ...names.map((name) => `${name}=${versions.get(name)}`)])),
  release: async (ctx, names) => void (await runOrThrow(ctx.run, 'apk', ['add', '--wait', '300', ...names])),
};

/** By the plugin versionlock where it is, and otherwise by `exclude`, which hides packages from every transaction. */
const redHat: Hold = {
  async held(ctx, names) {
    const locks = (await Promise.all(versionLocks.map((path) => read(ctx, path)))).join('\n');
    const excluded = excludes((await read(ctx, mainConf(ctx))) ?? '');
    return names.filter((name) => excluded.includes(name) || new RegExp(`^[^#\\n]*(^|["\\s:!])${escape(name)}(-\\d|["\\s]|$)`, 'm').test(locks));
  },
  async hold(ctx, names) {
    const program = ctx.host.packageManager ?? 'dnf';
    if ((await ctx.run(program, ['-q', 'versionlock', 'list'], { isProbe: true })).code === 0) {
      for (const path of versionLocks) if ((await read(ctx, path)) !== undefined) await ctx.changes.saveFile(step, path);
      await rememberHeld(ctx, names);
      await changeLocks(ctx, [program, '-y', 'versionlock', 'add', ...names]);
      return;
    }
    const path = mainConf(ctx);
    const conf = (await read(ctx, path)) ?? '[main]\n';
    await rememberHeld(ctx, names.filter((name) => !excludes(conf).includes(name)));
    await writeHostFile(ctx, step, { path, content: withExcludes(conf, [...new Set([...excludes(conf), ...names])]), merged: true });
  },
  async release(ctx, names) {
    const path = mainConf(ctx);
    const conf = (await read(ctx, path)) ?? '';
    const excluded = excludes(conf);
    if (excluded.some((name) => names.includes(name))) await writeHostFile(ctx, step, { path, content: withExcludes(conf, excluded.filter((name) => !names.includes(name))), merged: true });
    const locked = await redHat.held(ctx, names);
    if (locked.length > 0) await changeLocks(ctx, [ctx.host.packageManager ?? 'dnf', '-y', 'versionlock', 'delete', ...locked]);
  },
};

const holds = { 'apt-get': apt, dnf: redHat, yum: redHat, zypper, apk };

/** Those of the installed packages that nothing keeps at their version. */
export async function notHeld(ctx: SetupContext, names: string[]): Promise<string[]> {
  const held = await holdOf(ctx)?.held(ctx, names);
  return held === undefined ? [] : names.filter((name) => !held.includes(name));
}

/** Only an upgrade that names them, or the set-up, changes their version from now on. */
export async function holdPackages(ctx: SetupContext, names: string[], versions: Map<string, string>): Promise<void> {
  if (names.length > 0) await holdOf(ctx)?.hold(ctx, names, versions);
}

/** They may be changed again. */
export async function releasePackages(ctx: SetupContext, names: string[]): Promise<void> {
  const held = (await holdOf(ctx)?.held(ctx, names)) ?? [];
  if (held.length > 0) await holdOf(ctx)?.release(ctx, held);
}

/** Takes only our words out of those files of holds that somebody edited since, and leaves the rest of them; in words. */
export async function releaseInEdited(ctx: SetupContext): Promise<string[]> {
  if (holdOf(ctx) !== redHat) return [];
  const edited = await ctx.changes.editedFiles(step);
  const ours = (await readList(ctx.changes, { step, list: 'held' })) as string[];
  const files = [];
  for (const path of [mainConf(ctx), ...versionLocks]) {
    const target = await followLinks(ctx.root, path);
    if (edited.includes(target)) files.push(target);
  }
  if (files.length === 0) return [];
  await releasePackages(ctx, ours);
  for (const path of files) await ctx.changes.leaveFile(step, path);
  return [`no longer hold ${ours.join(' ')} in ${files.join(', ')}, and left the rest, which was edited after the set-up`];
}

async function rememberHeld(ctx: SetupContext, names: string[]): Promise<void> {
  const known = await readList(ctx.changes, { step, list: 'held' });
  for (const value of names.filter((name) => !known.includes(name))) await appendToList(ctx.changes, { step, list: 'held', value });
}

/** By the plugin, or zypper, which write the lists: what they make of one that nobody edited is ours. */
async function changeLocks(ctx: SetupContext, [program = '', ...args]: string[]): Promise<void> {
  const edited = await ctx.changes.editedFiles(step);
  await runOrThrow(ctx.run, program, args);
  for (const path of [...versionLocks, zypperLocks]) {
    const text = edited.includes(path) ? undefined : await read(ctx, path);
    if (text !== undefined) await ctx.changes.wrote(step, path, text);
  }
}

function holdOf(ctx: SetupContext): Hold | undefined {
  return ctx.host.packageManager === undefined ? undefined : holds[ctx.host.packageManager];
}

function mainConf(ctx: SetupContext): string {
  return ctx.host.packageManager === 'yum' ? '/etc/yum.conf' : '/etc/dnf/dnf.conf';
}

/** Of both names of the option; a comma or a blank comes between two. */
const excludeLine = /^(?:exclude|excludepkgs)[ \t]*=[ \t]*(.*)\n?/m;

function excludes(conf: string): string[] {
  return (excludeLine.exec(conf)?.[1] ?? '').split(/[,\s]+/).filter((name) => name !== '');
}

function withExcludes(conf: string, names: string[]): string {
  const line = names.length === 0 ? '' : `exclude=${names.join(' ')}\n`;
  if (excludeLine.test(conf)) return conf.replace(excludeLine, line);
  return conf.includes('[main]') ? conf.replace(/^\[main\][^\n]*\n?/m, `[main]\n${line}`) : `${conf}[main]\n${line}`;
}

async function read(ctx: SetupContext, path: string): Promise<string | undefined> {
  return readFile(join(ctx.root, path), 'utf8').catch(orMissing);
}

function escape(name: string): string {
  return name.replaceAll('.', String.raw`\.`);
}
