import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** What the tests use for real besides the Docker Engine, by the file that shows it is there. */
const packages = [
  { name: 'python3-openstackclient', file: '/usr/bin/openstack' },
  { name: 'python3-novaclient', file: '/usr/bin/nova' },
  { name: 'python3-glanceclient', file: '/usr/bin/glance' },
  { name: 'busybox-static', file: '/bin/busybox' },
  { name: 'gcc', file: '/usr/bin/gcc' },
  { name: 'gcc-aarch64-linux-gnu', file: '/usr/bin/aarch64-linux-gnu-gcc' },
  { name: 'qemu-user-static', file: '/usr/bin/qemu-aarch64-static' },
  { name: 'iproute2', file: '/sbin/ip' },
  { name: 'procps', file: '/bin/ps' },
  { name: 'chromium', file: '/usr/bin/chromium' },
];

/** Installs what the tests need on this machine, the engine through the agent's own set-up, which also starts it. Throws an Error that says what to do when it cannot. */
export function prepareTests(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('The tests run real containers and network namespaces: run them as root on Linux.');
  const missing = packages.filter(({ file }) => !existsSync(file)).map(({ name }) => name);
  if (missing.length > 0) install(missing);
  const setUp = spawnSync(process.execPath, [join(root, 'apps/agent/src/main.ts'), 'set-up'], { stdio: 'inherit' });
  if (setUp.status !== 0) throw new Error('The Docker Engine could not be set up; the reason is above.');
}

function install(names: string[]): void {
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`The tests need ${names.join(', ')} (Debian's names), and there is no apt-get here: install them, then run this again.`);
  console.log(`Installing for the tests: ${names.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => execFileSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { stdio: ['ignore', 'pipe', 'pipe'], env, encoding: 'utf8' });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...names);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`apt-get could not install ${names.join(', ')}: ${(stderr ?? String(error)).trim().split('\n').slice(-3).join(' ')}`, { cause: error });
  }
}

/** vitest's globalSetup, of what is not run by `npm test`. */
export { prepareTests as setup };
