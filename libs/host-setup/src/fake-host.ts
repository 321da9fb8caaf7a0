import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Docker from 'dockerode';
import { detectHost } from './detect-host.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { hostPaths } from './host-paths.ts';
import type { CommandResult } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

type Program = (args: string[]) => Promise<Partial<CommandResult>> | Partial<CommandResult>;

export type FakeHost = {
  ctx: SetupContext;
  engine: FakeEngine;
  /** Every command that was run, as typed. */
  commands: string[];
  programs: Record<string, Program>;
  write(path: string, content: string): void;
  read(path: string): string;
  /** What the engine's packages bring: programs and the group; the engine is started where a service manager would. */
  installEngine(): Promise<void>;
  remove(): Promise<void>;
};

export type FakeHostOptions = { osRelease: string; files?: Record<string, string>; uid?: number; says?: string; version?: object };

const enginePid = 4242;

/** For tests: a bare host in a folder. Commands are functions, files are files, and dockerd is a fake engine on a real socket. */
export async function createFakeHost(options: FakeHostOptions): Promise<FakeHost> {
  const root = mkdtempSync(join(tmpdir(), 'ndh-'));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  for (const [path, content] of Object.entries({ '/etc/os-release': options.osRelease, '/etc/group': 'root:x:0:\n', '/usr/sbin/ip': '', '/shipped/wrapper': '#!/bin/sh\n', '/shipped/hello.tar': 'tar', ...options.files })) {
    write(path, content);
  }
  const socket = join(root, 'docker.sock');
  const engine = createFakeEngine({ socket, says: options.says, version: options.version, readSettings: () => (existsSync(join(root, hostPaths.daemonJson)) ? JSON.parse(read(hostPaths.daemonJson)) : {}) });
  const startEngine = async () => {
    write(hostPaths.enginePidFile, `${enginePid}\n`);
    write(`/proc/${enginePid}/cmdline`, '/usr/bin/dockerd\0-H\0fd://\0');
    await engine.start();
  };
  const commands: string[] = [];
  const programs: Record<string, Program> = basePrograms({ engine, startEngine, write, read, root });
  const host = await detectHost({ root, uid: options.uid ?? 0 });
  const ctx: SetupContext = {
    host,
    root,
    paths: { ...hostPaths },
    run: async (command, args) => {
      commands.push([command, ...args].join(' '));
      const result = (await programs[command]?.(args)) ?? { code: 127, output: `${command}: not found` };
      return { code: 0, stdout: '', output: result.stdout ?? '', ...result };
    },
    launch: async ({ command }) => {
      commands.push(`launch ${command}`);
      await startEngine();
      return { pid: enginePid, hasExited: () => false };
    },
    connect: ({ timeoutMs }) => new Docker({ socketPath: socket, timeout: timeoutMs }),
    shipped: { runtime: join(root, 'shipped/wrapper'), smokeTestImage: join(root, 'shipped/hello.tar') },
    engineTimeoutMs: 2000,
  };
  return {
    ctx,
    engine,
    commands,
    programs,
    write,
    read,
    installEngine: async () => {
      for (const program of ['dockerd', 'nft', 'ip']) write(`/usr/sbin/${program}`, '');
      write('/etc/group', `${read('/etc/group')}docker:x:999:\n`);
    },
    remove: async () => {
      await engine.stop();
      rmSync(root, { recursive: true });
    },
  };
}

type Parts = { engine: FakeEngine; startEngine: () => Promise<void>; write: FakeHost['write']; read: FakeHost['read']; root: string };

/** The commands that every distribution has, with the state that they keep. */
function basePrograms(host: Parts): Record<string, Program> {
  let [mode, owner] = ['660', 'root:docker'];
  let enabled = false;
  return {
    stat: () => (existsSync(join(host.root, 'docker.sock')) ? { stdout: `${mode} ${owner}\n` } : { code: 1, output: 'stat: cannot statx' }),
    chmod: ([to = '']) => ((mode = to), {}),
    chown: ([to = '']) => ((owner = to), {}),
    groupadd: () => (host.write('/etc/group', `${host.read('/etc/group')}docker:x:999:\n`), {}),
    kill: () => (host.engine.reload(), {}),
    journalctl: () => ({ stdout: '' }),
    systemctl: async ([verb]) => {
      if (verb === 'start') await host.startEngine();
      if (verb === 'enable') enabled = true;
      return verb === 'is-enabled' ? { stdout: enabled ? 'enabled\n' : 'disabled\n', code: enabled ? 0 : 1 } : {};
    },
  };
}
