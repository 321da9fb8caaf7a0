import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const cache = '/var/cache/novadock-test/openstack-packages';
const packages = [
  ...['nova-common', 'nova-compute', 'nova-compute-kvm', 'glance-common', 'glance-api', 'python3-nova', 'python3-glance'],
  // What Glance's own list of options needs to be read.
  ...['python3-oslo.middleware', 'python3-oslo.policy', 'python3-pastedeploy', 'python3-statsd', 'python3-webob', 'python3-bcrypt', 'python3-jinja2', 'python3-markupsafe'],
];

/** For tests: Debian's own Nova and Glance unpacked below `root`, with the files that their packages make there when they are installed. Nothing is installed. */
export function unpackOpenstack(root: string): void {
  const debs = download();
  mkdirSync(root, { recursive: true });
  for (const deb of debs) execFileSync('dpkg-deb', ['-x', deb, root]);
  // As pkgos_write_new_conf of the packages' postinst does.
  for (const [from, to] of [['nova-common/nova.conf', 'nova/nova.conf'], ['glance-common/glance-api.conf', 'glance/glance-api.conf']] as const) {
    copyFileSync(join(root, 'usr/share', from), join(root, 'etc', to));
    chmodSync(join(root, 'etc', to), 0o640);
  }
}

/** The .debs, fetched once and kept. */
function download(): string[] {
  const found = () => readdirSync(cache).filter((file) => file.endsWith('.deb')).map((file) => join(cache, file));
  mkdirSync(cache, { recursive: true });
  const has = (name: string) => found().some((file) => file.startsWith(join(cache, `${name}_`)));
  const missing = packages.filter((name) => !has(name));
  if (missing.length > 0) fetch(missing);
  return found();
}

function fetch(names: string[]): void {
  // Beside its place first: what is there is whole.
  const folder = mkdtempSync(`${cache}.new-`);
  const apt = (...args: string[]) => execFileSync('apt-get', ['-q', '-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=10', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
  try {
    try {
      apt('download', ...names);
    } catch {
      // Its lists name what the mirror has no more.
      apt('update');
      apt('download', ...names);
    }
    for (const file of readdirSync(folder)) renameSync(join(folder, file), join(cache, file));
  } catch (error) {
    throw new Error(`Debian's packages of Nova and Glance could not be fetched from the mirror in /etc/apt/sources.list, and these tests edit their files: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
