import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { waitFor } from '../wait-for.ts';
import { copyDisk, writeOnDisk } from './disk.ts';
import type { Fabric } from './fabric.ts';
import { enterGroup, killGroup } from './groups.ts';
import { mustRun, runProgram, type Result, type RunOptions } from './run-program.ts';
import { readTree, type Tree } from './tree.ts';

/** A machine of its own, as far as what runs on it can tell: systemd, a disk, an address. It shares the kernel and the clock. */
export type BareHost = {
  name: string;
  address: string;
  /** Runs a line of sh as root. */
  exec: (line: string, options?: RunOptions) => Promise<Result>;
  /** As `exec`, but it has to succeed; its output. */
  run: (line: string, options?: RunOptions) => Promise<string>;
  readFile: (path: string) => string;
  writeFile: (path: string, text: string, mode?: number) => void;
  /** Every file on the disk. */
  tree: () => Promise<Tree>;
  /** Ready when systemd says so. */
  powerOn: () => Promise<void>;
  /** Asks systemd to power off, and waits for it. */
  powerOff: () => Promise<void>;
  /** As when the plug is pulled: the link goes, all processes end, and what was not flushed to the disk is lost. */
  powerCut: () => Promise<void>;
  /** What systemd and sshd printed. */
  console: () => string;
  remove: () => Promise<void>;
};

export type BareHostOptions = {
  fabric: Fabric;
  name: string;
  /** From 1; its address comes from it. */
  index: number;
  /** Folder of the disk that it begins with a copy of. */
  disk: string;
  /** In /etc/hosts, beside the host itself. */
  names: Record<string, string>;
  /** What is written on the disk before the first start. */
  files: Record<string, string>;
  /** Folders of this machine that it has as well, by their paths there: as of a file server. */
  shared?: Record<string, string>;
  /** Of a clone: the one of the other. */
  machineId?: string;
};

/** Makes a host and switches it on. */
export async function startBareHost({ fabric, name, index, disk, names, files, shared = {}, machineId = crypto.randomUUID().replaceAll('-', '') }: BareHostOptions): Promise<BareHost> {
  const folder = join(fabric.folder, name);
  const address = fabric.addressOf(index);
  const group = `${fabric.prefix}/${name}`;
  const running: { child?: ChildProcess; pid?: number } = {};
  await copyDisk(disk, folder);
  const hosts = [`127.0.0.1 localhost`, `${address} ${name}`, ...Object.entries(names).map(([host, at]) => `${at} ${host}`)];
  const first = { '/etc/hostname': `${name}\n`, '/etc/hosts': `${hosts.join('\n')}\n`, '/etc/machine-id': `${machineId}\n`, '/etc/resolv.conf': `nameserver ${fabric.address.replace(/\d+$/, '1')}\n`, ...files };
  await writeOnDisk(folder, first);

  const pid = () => {
    if (running.pid === undefined) throw new Error(`${name} is switched off`);
    return running.pid;
  };
  const inside = (path: string) => join('/proc', String(pid()), 'root', path);
  const enter = (line: string) => ['nsenter', '-t', String(pid()), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--', '/usr/bin/env', '-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8', 'sh', '-c', line];
  const exec: BareHost['exec'] = async (line, options) => runProgram(enter(line), options);
  const ended = async () => {
    const { child } = running;
    delete running.pid;
    if (child !== undefined) await waitFor(`${name} to be off`, async () => child.exitCode !== null || child.signalCode !== null, 90_000);
    await killGroup(group);
    // Two mounts of one disk would ruin it.
    await waitFor(`the disk of ${name} to be released`, async () => !isAttached(join(folder, 'disk')), 30_000);
  };
  const host: BareHost = {
    name, address, exec,
    run: async (line, options) => mustRun(enter(line), options),
    readFile: (path) => readFileSync(inside(path), 'utf8'),
    writeFile: (path, text, mode = 0o644) => {
      mkdirSync(dirname(inside(path)), { recursive: true });
      writeFileSync(inside(path), text, { mode });
    },
    tree: async () => readTree(inside('/')),
    powerOn: async () => {
      await fabric.plugIn(name, address);
      running.child = boot({ fabric, name, folder, group, shared });
      running.pid = await waitFor(`${name} to boot`, async () => isUp(name, running.child as ChildProcess, folder), 60_000);
    },
    powerOff: async () => {
      // nspawn passes this on to systemd as an order to power off.
      running.child?.kill('SIGTERM');
      await ended();
    },
    powerCut: async () => {
      await fabric.link(name, false);
      await mustRun(['/usr/bin/python3', join(import.meta.dirname, 'cut-power.py'), String(pid())]);
      await ended();
    },
    console: () => readFileSync(join(folder, 'console.log'), 'utf8'),
    remove: async () => {
      if (running.pid !== undefined) await host.powerCut();
      await killGroup(group);
      await fabric.unplug(name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await host.powerOn();
  return host;
}

/** Starts systemd on the disk. The disk is mounted in a namespace of its own, so that nobody else holds it. */
function boot({ fabric, name, folder, group, shared }: { fabric: Fabric; name: string; folder: string; group: string; shared: Record<string, string> }): ChildProcess {
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  const nspawn = [
    'systemd-nspawn', '-q', '-D', root, '-M', `${fabric.prefix}${name}`, `--hostname=${name}`, '--kill-signal=SIGRTMIN+3',
    // PID 1 of this machine need not be systemd.
    '--register=no', '--keep-unit', `--network-namespace-path=/run/netns/${fabric.prefix}-${name}`, '--capability=all', '--system-call-filter=add_key keyctl bpf',
    '--console=pipe', '--resolv-conf=off', '--timezone=off', '--link-journal=no', '--bind-ro=/dev/null:/dev/kmsg', ...Object.entries(shared).map(([path, from]) => `--bind=${from}:${path}`), '/sbin/test-init',
  ].map((word) => `'${word}'`).join(' ');
  const log = openSync(join(folder, 'console.log'), 'a');
  const line = `${enterGroup(group)}\nexec unshare --mount --propagation private sh -euc "mount -o loop ${join(folder, 'disk')} ${root}; exec ${nspawn}"`;
  // The engine sets sysctls, so /proc/sys is to be writable.
  const child = spawn('sh', ['-euc', line], { stdio: ['ignore', log, log], detached: true, env: { PATH: process.env.PATH, SYSTEMD_NSPAWN_API_VFS_WRITABLE: '1' } });
  closeSync(log);
  return child;
}

/** The process that is PID 1 of the host, once systemd, or whatever else it is, has started all it should. */
async function isUp(name: string, child: ChildProcess, folder: string): Promise<number | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended:\n${readFileSync(join(folder, 'console.log'), 'utf8')}`);
  const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  if (pid === undefined) return undefined;
  const { stdout } = await runProgram(['nsenter', '-t', String(pid), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--', 'sh', '-c', 'if [ -x /sbin/test-state ]; then /sbin/test-state; else systemctl is-system-running; fi']);
  return /^(running|degraded)$/.test(stdout.trim()) ? pid : undefined;
}

function isAttached(disk: string): boolean {
  return readdirSync('/sys/block').filter((block) => block.startsWith('loop')).some((block) => {
    try {
      return readFileSync(`/sys/block/${block}/loop/backing_file`, 'utf8').startsWith(disk);
    } catch {
      return false;
    }
  });
}
