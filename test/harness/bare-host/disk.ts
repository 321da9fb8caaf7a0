import { cpSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from './cached.ts';
import { mustRun } from './run-program.ts';

/** What can be done with a disk that no host runs from: lines of shell and files in it. */
export type MountedDisk = { run: (line: string, input?: string) => Promise<string>; write: (path: string, text: string, mode?: number) => Promise<void> };

/** A file that holds a file system of 8 GiB, of which only what is written takes room. */
const size = '8G';

const debianPackages = ['systemd', 'systemd-sysv', 'dbus', 'apt', 'ca-certificates', 'curl', 'iproute2', 'openssh-server', 'procps', 'kmod', 'netbase', 'sudo'];
/** What no test reads, and a third of the size. */
const withoutDocs = ['doc', 'man', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);

// nspawn mounts the controllers of cgroup v1 read-only, and an engine has to make groups from its first moment on: so PID 1 makes
// them writable ("bind" matters: without it, the answer is "busy") and becomes systemd.
const init = '#!/bin/sh\nfor m in /sys/fs/cgroup /sys/fs/cgroup/*; do mountpoint -q $m && mount -o remount,bind,rw $m; done\nexec /lib/systemd/systemd\n';

/** A minimal Debian with systemd and sshd, and no Docker, as a disk; `sources.list` beside it is what it was installed from. */
export function debianDisk(): Promise<string> {
  const suite = 'bookworm';
  return cached('debian', { suite, size, debianPackages, withoutDocs, init }, async (folder) => {
    const root = join(folder, 'root');
    await mustRun(['mmdebstrap', '--quiet', '--variant=minbase', '--components=main', `--include=${debianPackages.join(',')}`, ...withoutDocs, '--aptopt=Acquire::Languages "none"', suite, `${root}.tar`], { timeoutMs: 15 * 60_000 });
    mkdirSync(root);
    await mustRun(['tar', '-C', root, '-xf', `${root}.tar`]);
    cpSync(join(root, 'etc/apt/sources.list'), join(folder, 'sources.list'));
    writeFileSync(join(root, 'sbin/test-init'), init, { mode: 0o755 });
    writeFileSync(join(root, 'etc/resolv.conf'), '');
    await mustRun(['mke2fs', '-q', '-t', 'ext4', '-m', '0', '-d', root, join(folder, 'disk'), size]);
    rmSync(root, { recursive: true });
    rmSync(`${root}.tar`);
  });
}

/** A disk made from another one: a copy on which `change` worked. */
export function derivedDisk(name: string, { base, recipe, change }: { base: string; recipe: unknown; change: (disk: MountedDisk) => Promise<void> }): Promise<string> {
  return cached(name, { base, recipe }, async (folder) => {
    await copyDisk(base, folder);
    cpSync(join(base, 'sources.list'), join(folder, 'sources.list'));
    await onDisk(folder, change);
  });
}

/** Copies the disk in folder `from` into folder `to`; holes stay holes. */
export async function copyDisk(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  await mustRun(['cp', '--sparse=always', join(from, 'disk'), join(to, 'disk')]);
}

/**
 * Works on a disk from outside: programs run in it as root, with this machine's network and the mirror that it was installed from; its
 * folder is /mnt. Services are not started. Each line has a mount namespace of its own, so that nothing stays mounted, whatever happens.
 */
export async function onDisk(folder: string, work: (disk: MountedDisk) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(folder, 'mount-'));
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8', D: folder, R: root };
  const enter = 'mount -o loop $D/disk $R; mount -t proc proc $R/proc; mount --rbind /dev $R/dev; mount --bind $D $R/mnt; mount --bind /etc/resolv.conf $R/etc/resolv.conf; mount --bind $D/sources.list $R/etc/apt/sources.list';
  const quiet = "printf '#!/bin/sh\\nexit 101\\n' > $R/usr/sbin/policy-rc.d; chmod +x $R/usr/sbin/policy-rc.d";
  const run: MountedDisk['run'] = (line, input) => mustRun(['unshare', '--mount', '--propagation', 'slave', 'sh', '-euc', `${enter}; ${quiet}; chroot $R sh -euc "$1"; rm $R/usr/sbin/policy-rc.d`, 'sh', line], { env, input, timeoutMs: 20 * 60_000 });
  const write: MountedDisk['write'] = async (path, text, mode = 0o644) => void (await run(`mkdir -p "$(dirname ${path})"; cat > ${path}; chmod ${mode.toString(8)} ${path}`, text));
  try {
    await work({ run, write });
  } finally {
    rmdirSync(root);
  }
}

/** Writes files on the disk in `folder`, by their paths. */
export async function writeOnDisk(folder: string, files: Record<string, string>): Promise<void> {
  const root = mkdtempSync(join(folder, 'mount-'));
  const staged = mkdtempSync(join(folder, 'files-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(staged, path)), { recursive: true });
    writeFileSync(join(staged, path), text);
  }
  await mustRun(['unshare', '--mount', '--propagation', 'slave', 'sh', '-euc', 'mount -o loop "$0" "$1"; cd "$2"; find . -type d -exec mkdir -p "$1/{}" ";"; find . -type f -exec cp "{}" "$1/{}" ";"', join(folder, 'disk'), root, staged]);
  rmSync(staged, { recursive: true });
  rmdirSync(root);
}
