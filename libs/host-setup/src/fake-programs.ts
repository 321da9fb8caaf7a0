import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeEngine } from './fake-engine.ts';
import type { CommandResult } from './run-command.ts';

export type FakeProgram = (args: string[]) => Promise<Partial<CommandResult>> | Partial<CommandResult>;

type Parts = {
  root: string;
  engine: FakeEngine;
  packages: Map<string, string>;
  write(path: string, content: string): void;
  read(path: string): string;
  installEngine(): Promise<void>;
  removeEngine(names?: string[]): void;
  startEngine(): Promise<void>;
  stopEngine(): Promise<void>;
};

/** For tests: the commands that the set-up runs, with the state that they keep. */
export function fakePrograms(host: Parts): Record<string, FakeProgram> {
  return { ...files(host), ...groups(host), ...services(host), ...packageManagers(host) };
}

function files(host: Parts): Record<string, FakeProgram> {
  let [mode, owner] = ['660', 'root:docker'];
  return {
    stat: () => (existsSync(join(host.root, 'docker.sock')) ? { stdout: `${mode} ${owner}\n` } : { code: 1, output: 'stat: cannot statx' }),
    chmod: ([to = '']) => ((mode = to), {}),
    chown: ([to = '']) => ((owner = to), {}),
  };
}

function groups(host: Parts): Record<string, FakeProgram> {
  const change = (alter: (members: string[]) => string[]) => {
    const text = host.read('/etc/group').replace(/^docker:x:999:(.*)$/m, (_, members: string) => `docker:x:999:${alter(members.split(',').filter((one) => one !== '')).join(',')}`);
    host.write('/etc/group', text);
    return {};
  };
  return {
    groupadd: () => (host.write('/etc/group', `${host.read('/etc/group')}docker:x:999:\n`), {}),
    groupdel: () => (host.write('/etc/group', host.read('/etc/group').replace(/^docker:.*\n/m, '')), {}),
    usermod: ([, , user = '']) => change((members) => [...members, user]),
    gpasswd: ([, user = '']) => change((members) => members.filter((one) => one !== user)),
    id: () => ({ code: 1, output: 'id: no such user' }),
  };
}

function services(host: Parts): Record<string, FakeProgram> {
  const hold = '/run/novadock-hold';
  let enabled = false;
  const start = () => host.startEngine().then(() => ({}), (error: Error) => ({ code: 1, output: error.message }));
  const verbs: Record<string, () => Promise<Partial<CommandResult>> | Partial<CommandResult>> = {
    start: () => (existsSync(join(host.root, hold)) ? {} : start()),
    restart: async () => (await host.stopEngine(), start()),
    stop: async () => (await host.stopEngine(), {}),
    enable: () => ((enabled = true), {}),
    disable: () => ((enabled = false), {}),
    'is-enabled': () => ({ stdout: enabled ? 'enabled\n' : 'disabled\n', code: enabled ? 0 : 1 }),
  };
  return {
    kill: async ([, signal]) => {
      if (signal === 'HUP') host.engine.reload();
      else await host.stopEngine();
      return {};
    },
    journalctl: () => ({ stdout: '' }),
    sync: () => ({}),
    systemctl: ([verb = '']) => verbs[verb]?.() ?? {},
    // sysvinit and OpenRC.
    service: ([, verb = '']) => verbs[verb]?.() ?? {},
    'rc-service': ([, verb = '']) => verbs[verb]?.() ?? {},
    'rc-update': ([verb = '']) => (verb === 'show' ? { stdout: enabled ? ' docker | default\n' : '' } : (verbs[verb === 'add' ? 'enable' : 'disable']?.() ?? {})),
  };
}

/** Of the engine all its packages, with the version that is asked for. */
function download(host: Parts, folder: string, args: string[]): Partial<CommandResult> {
  const words = args.slice(args.indexOf('install') + 1).filter((arg, at, all) => !arg.startsWith('-') && all[at - 1] !== '-o');
  for (const word of words) {
    const [name = '', version = '20.10.24+dfsg1-1'] = word.split('=');
    const names = ['docker.io', 'docker-ce'].includes(name) && !args.includes('--reinstall') ? [name, 'containerd', 'runc'] : [name];
    for (const one of names) host.write(`${folder}/${one}_${version.replace(':', '%3a')}_amd64.deb`, `${one} ${version}`);
  }
  return {};
}

/** A distribution whose repositories have everything. */
function packageManagers(host: Parts): Record<string, FakeProgram> {
  const held = new Set<string>();
  const list = (line: (name: string, version: string) => string) => ({ stdout: [...host.packages].map(([name, version]) => line(name, version)).join('') });
  return {
    'dpkg-query': () => list((name, version) => `${held.has(name) ? 'hi' : 'ii'}  ${name} ${version}\n`),
    rpm: ([verb]) => (verb === '-qa' ? list((name, version) => `${name} ${version}\n`) : {}),
    'apt-mark': ([verb, ...names]) => {
      for (const name of names) if (verb === 'hold') held.add(name);
      else held.delete(name);
      return {};
    },
    'apt-get': async (args) => {
      const folder = args.find((arg) => arg.startsWith('Dir::Cache::archives='))?.split('=')[1];
      if (folder !== undefined && args.includes('--download-only')) return download(host, folder, args);
      if (args.includes('install')) await host.installEngine();
      if ((args.includes('purge') || args.includes('remove')) && !args.includes('-s')) host.removeEngine(args);
      return {};
    },
    dpkg: (args) => {
      for (const path of args.filter((arg) => arg.endsWith('.deb'))) {
        const [name = '', version = ''] = (path.split('/').at(-1) ?? '').split('_');
        host.packages.set(name, decodeURIComponent(version));
      }
      return {};
    },
    dockerd: () => ({ stdout: 'Usage: dockerd [OPTIONS]\n' }),
  };
}
