export type PackageManagerName = 'apt-get' | 'dnf' | 'yum' | 'zypper' | 'apk';

export type PackageManager = {
  source: string;
  /** What makes an engine, the first that the repositories have. */
  engines: string[][];
  tools: { nft: string; ip: string };
  install: string[];
  refresh: string[];
  /** Exits with 0 and prints something when the repositories have the package whose name is put behind it. */
  find: string[];
};

const redHat = (program: 'dnf' | 'yum'): PackageManager => ({
  source: "the host's repositories",
  engines: [['docker-ce', 'docker-ce-cli', 'containerd.io'], ['moby-engine'], ['docker']],
  tools: { nft: 'nftables', ip: 'iproute' },
  install: [program, '-y', 'install', '--setopt=install_weak_deps=False'],
  refresh: [program, '-y', 'makecache'],
  find: [program, '-q', 'list'],
});

export const packageManagers: Record<PackageManagerName, PackageManager> = {
  'apt-get': {
    source: "the distribution's packages",
    engines: [['docker.io']],
    tools: { nft: 'nftables', ip: 'iproute2' },
    install: ['apt-get', 'install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Options::=--force-confold'],
    refresh: ['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=300'],
    find: ['apt-cache', 'show'],
  },
  dnf: redHat('dnf'),
  // yum before dnf took its name knows no weak dependencies, and refuses the option.
  yum: { ...redHat('yum'), install: ['yum', '-y', 'install'] },
  zypper: {
    source: "the distribution's packages",
    engines: [['docker']],
    tools: { nft: 'nftables', ip: 'iproute2' },
    install: ['zypper', '--non-interactive', 'install', '--no-recommends'],
    refresh: ['zypper', '--non-interactive', 'refresh'],
    find: ['zypper', '--non-interactive', 'search', '--match-exact'],
  },
  apk: {
    source: "the distribution's packages (docker is in the community repository)",
    engines: [['docker']],
    tools: { nft: 'nftables', ip: 'iproute2' },
    install: ['apk', 'add'],
    refresh: ['apk', 'update'],
    find: ['apk', 'search', '-e'],
  },
};

/** Distributions by ID or ID_LIKE of os-release. */
export const managersOfDistribution: Record<string, PackageManagerName[]> = {
  debian: ['apt-get'],
  ubuntu: ['apt-get'],
  fedora: ['dnf'],
  rhel: ['dnf', 'yum'],
  centos: ['dnf', 'yum'],
  rocky: ['dnf', 'yum'],
  almalinux: ['dnf', 'yum'],
  ol: ['dnf', 'yum'],
  amzn: ['dnf', 'yum'],
  suse: ['zypper'],
  opensuse: ['zypper'],
  sles: ['zypper'],
  alpine: ['apk'],
};
