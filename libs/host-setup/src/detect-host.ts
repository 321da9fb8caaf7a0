import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { managersOfDistribution, type PackageManagerName } from './package-managers.ts';

/** `none`: nothing here starts services (a container, a virtual machine with its own init), so Novadock starts the engine itself. */
export type ServiceManager = 'systemd' | 'openrc' | 'sysvinit' | 'none';

export type Host = {
  /** ID of os-release: debian, rocky, … */
  distribution: string;
  operatingSystem: string;
  /** VERSION_ID of os-release: 12, 24.04, 9.4; "" where the distribution has no versions. */
  version: string;
  /** VERSION_CODENAME of os-release: bookworm. */
  codename: string;
  /** Undefined when the distribution is not known or its program is missing. */
  packageManager: PackageManagerName | undefined;
  serviceManager: ServiceManager;
  isRoot: boolean;
  /** As Go names it: amd64, arm64. */
  architecture: string;
};

/** What kind of machine this is, read from the files below `root`; never throws. */
export async function detectHost(options: { root?: string; uid?: number } = {}): Promise<Host> {
  const root = options.root ?? '/';
  const release = parseOsRelease((await read(root, '/etc/os-release')) || (await read(root, '/usr/lib/os-release')));
  const distribution = release['ID'] ?? 'unknown';
  return {
    distribution,
    operatingSystem: release['PRETTY_NAME'] ?? distribution,
    version: release['VERSION_ID'] ?? '',
    codename: release['VERSION_CODENAME'] ?? '',
    packageManager: await findPackageManager(root, [distribution, ...(release['ID_LIKE'] ?? '').split(' ')]),
    serviceManager: await findServiceManager(root),
    isRoot: (options.uid ?? process.getuid?.()) === 0,
    architecture: ({ x64: 'amd64', arm64: 'arm64' } as Record<string, string>)[process.arch] ?? process.arch,
  };
}

function parseOsRelease(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const match = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line.trim());
    return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ''] as const];
  });
  return Object.fromEntries(pairs);
}

async function findPackageManager(root: string, distributions: string[]): Promise<PackageManagerName | undefined> {
  for (const name of distributions.flatMap((id) => managersOfDistribution[id] ?? [])) {
    if (await findProgram({ root, name })) return name;
  }
  return undefined;
}

async function findServiceManager(root: string): Promise<ServiceManager> {
  if (await exists(root, '/run/systemd/system')) return 'systemd';
  if (await exists(root, '/run/openrc/softlevel')) return 'openrc';
  // A package manager leaves /etc/init.d behind in any container; only a real init of PID 1 runs what lies there.
  const init = (await read(root, '/proc/1/comm')).trim();
  return init === 'init' && (await findProgram({ root, name: 'service' })) ? 'sysvinit' : 'none';
}

async function exists(root: string, path: string): Promise<boolean> {
  return access(join(root, path)).then(
    () => true,
    () => false,
  );
}

async function read(root: string, path: string): Promise<string> {
  return readFile(join(root, path), 'utf8').catch(() => '');
}
