import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Docker from 'dockerode';
import { defaultHostProfile, type EngineProfile, type HostProfile } from '@novadock/model';
import { detectHost } from './detect-host.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { fakePrograms, type FakeProgram } from './fake-programs.ts';
import { hostPaths } from './host-paths.ts';
import { openChangeRecord } from './open-change-record.ts';
import type { SetupContext } from './setup-step.ts';

export type FakeHost = {
  ctx: SetupContext;
  engine: FakeEngine;
  /** Every command that was run, as typed. */
  commands: string[];
  programs: Record<string, FakeProgram>;
  /** What is installed: versions by name. */
  packages: Map<string, string>;
  write(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  /** Every file of the host with its mode and content, but for what the kernel shows. */
  snapshot(): Record<string, string>;
  /** What the engine's packages bring: programs, the group, and the packages themselves. */
  installEngine(): Promise<void>;
  /** What of these packages is here goes; all of them, unless given. */
  removeEngine(names?: string[]): void;
  /** The engine runs, as a service manager starts it. */
  startEngine(): Promise<void>;
  remove(): Promise<void>;
};

export type FakeHostOptions = {
  osRelease: string;
  files?: Record<string, string>;
  uid?: number;
  says?: string;
  version?: object;
  profile?: Partial<Omit<HostProfile, 'engine'>> & { engine?: Partial<EngineProfile> };
  controllerUrl?: string;
  identityFolder?: string;
};

const baseFiles = {
  '/etc/group': 'root:x:0:\n',
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  '/usr/sbin/ip': '',
  '/shipped/wrapper': '#!/bin/sh\n',
  '/shipped/hello.tar': 'tar',
  '/var/cache/apt/pkgcache.bin': '',
  '/var/lib/dpkg/status': '',
  '/proc/sys/kernel/osrelease': '6.1.0-fake\n',
  '/proc/sys/net/ipv4/ip_forward': '0\n',
  '/boot/config-6.1.0-fake': ['OVERLAY_FS', 'BRIDGE', 'VETH', 'NF_TABLES', 'NF_NAT'].map((option) => `CONFIG_${option}=y\n`).join(''),
};

/** For tests: a bare host in a folder. Commands are functions, files are files, and dockerd is a fake engine on a real socket. */
export async function createFakeHost(options: FakeHostOptions): Promise<FakeHost> {
  const root = mkdtempSync(join(tmpdir(), 'ndh-'));
  const changesFolder = mkdtempSync(join(tmpdir(), 'ndc-'));
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  for (const [path, content] of Object.entries({ '/etc/os-release': options.osRelease, ...baseFiles, ...options.files })) write(path, content);
  const socket = join(root, 'docker.sock');
  const engine = createFakeEngine({ socket, says: options.says, version: options.version, readSettings: () => (existsSync(join(root, hostPaths.daemonJson)) ? JSON.parse(read(hostPaths.daemonJson)) : {}) });
  const packages = new Map([['iproute2', '6.1.0-3'], ['iproute', '6.1.0-3']]);
  const service = createService({ root, engine, write });
  const commands: string[] = [];
  const host = { root, engine, packages, write, read, ...service, ...engineFiles({ root, packages, write, read }) };
  const programs = fakePrograms(host);
  const ctx: SetupContext = {
    host: await detectHost({ root, uid: options.uid ?? 0 }),
    root,
    paths: { ...hostPaths },
    profile: { name: 'default', revision: 1, ...defaultHostProfile, ...options.profile, engine: { ...defaultHostProfile.engine, ...options.profile?.engine } },
    controllerUrl: options.controllerUrl,
    identityFolder: options.identityFolder,
    changes: await openChangeRecord({ folder: changesFolder, root }),
    run: async (command, args) => {
      commands.push([command, ...args].join(' '));
      const result = (await programs[command]?.(args)) ?? { code: 127, output: `${command}: not found` };
      return { code: 0, stdout: '', output: result.stdout ?? '', ...result };
    },
    launch: async ({ command }) => {
      commands.push(`launch ${command}`);
      await service.startEngine();
      return { pid: service.pid(), hasExited: () => false };
    },
    connect: ({ timeoutMs }) => new Docker({ socketPath: socket, timeout: timeoutMs }),
    shipped: { runtime: join(root, 'shipped/wrapper'), smokeTestImage: join(root, 'shipped/hello.tar') },
    engineTimeoutMs: 2000,
  };
  return {
    ...host,
    ctx,
    commands,
    programs,
    snapshot: () => snapshot(root),
    remove: async () => {
      await engine.stop();
      for (const folder of [root, changesFolder]) rmSync(folder, { recursive: true });
    },
  };
}

type Parts = { root: string; engine: FakeEngine; packages: Map<string, string>; write: FakeHost['write']; read: FakeHost['read'] };

/** dockerd as a process: another pid at each start. */
function createService({ root, engine, write }: Omit<Parts, 'packages' | 'read'>) {
  let pid = 4241;
  const stopEngine = async () => {
    await engine.stop();
    rmSync(join(root, `/proc/${pid}`), { recursive: true, force: true });
    rmSync(join(root, hostPaths.enginePidFile), { force: true });
  };
  const startEngine = async () => {
    await stopEngine();
    await engine.start();
    pid += 1;
    write(hostPaths.enginePidFile, `${pid}\n`);
    write(`/proc/${pid}/cmdline`, '/usr/bin/dockerd\0-H\0fd://\0');
  };
  return { startEngine, stopEngine, pid: () => pid };
}

const enginePackages = ['docker.io', 'containerd', 'runc'];

function engineFiles({ root, packages, write, read }: Omit<Parts, 'engine'>) {
  return {
    installEngine: async () => {
      for (const program of ['dockerd', 'nft', 'ip']) write(`/usr/sbin/${program}`, '');
      if (!read('/etc/group').includes('docker:')) write('/etc/group', `${read('/etc/group')}docker:x:999:\n`);
      for (const name of [...enginePackages, 'nftables']) if (!packages.has(name)) packages.set(name, '20.10.24+dfsg1-1');
    },
    removeEngine: (names = [...enginePackages, 'nftables']) => {
      const programs: Record<string, string> = { 'docker.io': 'dockerd', 'docker-ce': 'dockerd', nftables: 'nft' };
      for (const name of names) {
        packages.delete(name);
        if (programs[name] !== undefined) rmSync(join(root, 'usr/sbin', programs[name]), { force: true });
      }
    },
  };
}

function snapshot(root: string, folder = ''): Record<string, string> {
  const entries = readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  return Object.assign({}, ...entries.map((path) => {
    if (/^\/(proc|docker\.sock|var\/run)/.test(path)) return {};
    const status = lstatSync(join(root, path));
    if (status.isDirectory()) return { [`${path}/`]: '', ...snapshot(root, path) };
    return { [path]: status.isSymbolicLink() ? readlinkSync(join(root, path)) : `${(status.mode & 0o777).toString(8)} ${readFileSync(join(root, path), 'utf8')}` };
  })) as Record<string, string>;
}
