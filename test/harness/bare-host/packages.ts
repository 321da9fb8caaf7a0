import { existsSync } from 'node:fs';
import { mustRun } from './run-program.ts';

/** What the fixture uses of this machine, by the file that shows it is there. */
const packages = [
  { name: 'mmdebstrap', file: '/usr/bin/mmdebstrap' },
  { name: 'systemd-container', file: '/usr/bin/systemd-nspawn' },
  { name: 'dpkg-dev', file: '/usr/bin/dpkg-scanpackages' },
  { name: 'apt-utils', file: '/usr/bin/apt-ftparchive' },
  { name: 'gnupg', file: '/usr/bin/gpg' },
  { name: 'e2fsprogs', file: '/sbin/mke2fs' },
  { name: 'python3', file: '/usr/bin/python3' },
  { name: 'openssh-client', file: '/usr/bin/ssh' },
];

/** Installs what the fixture needs and is missing, after it has said so. Throws with what to do where it cannot. */
export async function installPackages(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('Bare hosts are made of namespaces, disks and cgroups: run these tests as root on Linux.');
  const missing = packages.filter(({ file }) => !existsSync(file)).map(({ name }) => name);
  if (missing.length === 0) return;
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`Bare hosts need ${missing.join(', ')} (Debian's names), and there is no apt-get here: install them, then run this again.`);
  process.stderr.write(`Installing for the bare hosts: ${missing.join(' ')}\n`);
  const apt = (...args: string[]) => mustRun(['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { timeoutMs: 10 * 60_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', ...missing);
}
