export type PackageManagerName = 'apt-get' | 'dnf' | 'yum' | 'zypper' | 'apk';

export type PackageManager = {
  source: string;
  /** What makes an engine, the first that the repositories have. */
  engines: string[][];
  /** Docker's own packages. */
  dockerCe: string[];
  /** Of the packages that make an engine, those that are held in their version where they are installed. */
  held: string[];
  tools: { nft: string; ip: string };
  install: string[];
  /** What `install` needs besides to put another version in the place of one that is there. */
  otherVersion: string[];
  /** How packages get to a folder of ours, and from there onto the host without a network; undefined where this package manager cannot. */
  byFolder: ByFolder | undefined;
  refresh: string[];
  /** Exits with 0 and prints something when the repositories have the package whose name is put behind it. */
  find: string[];
  /** Prints what is installed, and `toInstalled` understands it. */
  list: string[];
  toInstalled: (stdout: string) => Installed;
  /** Prints the versions of the package whose name is put behind it, and `toVersions` understands it. */
  versions: string[];
  toVersions: (stdout: string) => string[];
  pin: (name: string, version: string) => string;
};

/** Commands that names of packages are put behind. */
export type ByFolder = {
  /** Downloads what `install` would install, and that only. */
  fetch: (folder: string) => string[];
  /** The same of packages that are installed, at the version that is put with their names. */
  fetchAgain: (folder: string) => string[];
  /** Installs what was fetched, as far as it can without a network. */
  install: (folder: string) => string[];
  /** The ending of its files. */
  suffix: '.deb' | '.rpm';
  /** Puts those very files onto the host, whatever is there, newer or cut off half way; asks no repository. */
  putFiles: string[];
};

/** Versions by package name; `broken`: those whose installation or removal was cut off; `remains`: removed, but for their configuration files. */
export type Installed = { versions: Map<string, string>; broken: string[]; remains: string[] };

const held = ['docker.io', 'containerd', 'runc', 'docker-ce', 'docker-ce-cli', 'containerd.io', 'moby-engine', 'docker'];
const dockerCe = ['docker-ce', 'docker-ce-cli', 'containerd.io'];

/** Lines of a status (dpkg-query(1), db:Status-Abbrev), a name and a version. */
function fromDpkg(stdout: string): Installed {
  const rows = stdout.split('\n').flatMap((line) => {
    const [, status = '', name = '', version = ''] = /^(.{2,3}?)\s+(\S+) (\S*)$/.exec(line) ?? [];
    return name === '' ? [] : [{ status, name, version }];
  });
  const named = (status: RegExp) => rows.filter((row) => status.test(row.status.trim())).map(({ name }) => name);
  return {
    versions: new Map(rows.filter(({ status }) => /^.[itW]$/.test(status.trim())).map(({ name, version }) => [name, version])),
    broken: named(/^.([^itWnc]|.{2,})$/),
    remains: named(/^.c$/),
  };
}

function fromRpm(stdout: string): Installed {
  const rows = stdout.split('\n').flatMap((line) => {
    const [name = '', version = ''] = line.split(' ');
    if (name === '') return [];
    // Each key that packages are signed with is a package too, all by one name.
    return [name === 'gpg-pubkey' ? ([`${name}-${version}`, version] as const) : ([name, version.replace(/^\(none\):/, '')] as const)];
  });
  return { versions: new Map(rows), broken: [], remains: [] };
}

function fromApk(stdout: string): Installed {
  const rows = stdout.split('\n').flatMap((line) => {
    const [, name, version] = /^(.+)-(\d[^-]*-r\d+)$/.exec(line.trim()) ?? [];
    return name === undefined || version === undefined ? [] : [[name, version] as const];
  });
  return { versions: new Map(rows), broken: [], remains: [] };
}

/** The column of a table, where there is one. */
function column(separator: RegExp, index: number): (stdout: string) => string[] {
  return (stdout) => stdout.split('\n').flatMap((line) => line.split(separator)[index]?.trim() ?? []).filter((version) => /^[0-9].*[0-9a-z]$/i.test(version));
}

const rpmList = { list: ['rpm', '-qa', '--qf', String.raw`%{NAME} %{EVR}\n`], toInstalled: fromRpm };

const rpmFiles: Pick<ByFolder, 'suffix' | 'putFiles'> = { suffix: '.rpm', putFiles: ['rpm', '-U', '--oldpackage', '--replacepkgs'] };

/** dnf.conf(5), destdir. Signatures are checked when a package was downloaded, and again when it is installed. */
const byDestdir: ByFolder = {
  fetch: (folder) => ['dnf', '-y', 'install', '--setopt=install_weak_deps=False', '--downloadonly', `--setopt=destdir=${folder}`],
  fetchAgain: (folder) => ['dnf', '-y', 'reinstall', '--downloadonly', `--setopt=destdir=${folder}`],
  install: (folder) => ['dnf', '-y', '-C', 'install', '--setopt=install_weak_deps=False', `--setopt=destdir=${folder}`],
  ...rpmFiles,
};

const redHat = (program: 'dnf' | 'yum'): PackageManager => ({
  source: "the host's repositories",
  engines: [dockerCe, ['moby-engine'], ['docker']],
  dockerCe,
  held,
  tools: { nft: 'nftables', ip: 'iproute' },
  install: [program, '-y', 'install', '--setopt=install_weak_deps=False'],
  otherVersion: ['--allowerasing'],
  byFolder: byDestdir,
  refresh: [program, '-y', 'makecache'],
  find: [program, '-q', 'list'],
  ...rpmList,
  versions: [program, '-q', 'list', '--showduplicates'],
  toVersions: column(/\s+/, 1),
  pin: (name, version) => `${name}-${version}`,
});

/** zypper(8), --pkg-cache-dir. */
const byPackageCache: ByFolder = {
  fetch: (folder) => ['zypper', '--non-interactive', '--pkg-cache-dir', folder, 'install', '--no-recommends', '--download-only'],
  fetchAgain: (folder) => ['zypper', '--non-interactive', '--pkg-cache-dir', folder, 'install', '--force', '--download-only'],
  install: (folder) => ['zypper', '--non-interactive', '--no-refresh', '--pkg-cache-dir', folder, 'install', '--no-recommends'],
  ...rpmFiles,
};

/** A lock is waited for; a mirror that does not answer is given up, for it is tried again. */
const aptPatience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20'];

// What is there is not removed for it: docker-ce and Debian's containerd rule each other out.
const aptInstall = ['apt-get', 'install', '-y', ...aptPatience, '--no-install-recommends', '--no-remove', '-o', 'Dpkg::Options::=--force-confold'];

/** Debian's way to another archive folder; what is in it is not fetched again, and is checked against the lists. */
const byArchives: ByFolder = {
  fetch: (folder) => [...aptInstall, '-o', `Dir::Cache::archives=${folder}`, '--download-only'],
  fetchAgain: (folder) => [...aptInstall, '-o', `Dir::Cache::archives=${folder}`, '--download-only', '--reinstall', '--allow-downgrades', '--allow-change-held-packages'],
  install: (folder) => [...aptInstall, '-o', `Dir::Cache::archives=${folder}`],
  suffix: '.deb',
  putFiles: ['dpkg', '--force-confold', '--install'],
};

export const packageManagers: Record<PackageManagerName, PackageManager> = {
  'apt-get': {
    source: "the distribution's packages",
    engines: [['docker.io']],
    dockerCe,
    // A package docker of Debian is another program's.
    held: held.filter((name) => name !== 'docker'),
    tools: { nft: 'nftables', ip: 'iproute2' },
    install: aptInstall,
    otherVersion: ['--allow-downgrades', '--allow-change-held-packages'],
    byFolder: byArchives,
    refresh: ['apt-get', 'update', ...aptPatience],
    find: ['apt-cache', 'show'],
    list: ['dpkg-query', '-W', '-f', '${db:Status-Abbrev} ${Package} ${Version}\\n'],
    toInstalled: fromDpkg,
    versions: ['apt-cache', 'madison'],
    toVersions: column(/\|/, 1),
    pin: (name, version) => `${name}=${version}`,
  },
  dnf: redHat('dnf'),
  // yum before dnf took its name knows no weak dependencies, and refuses the option.
  yum: { ...redHat('yum'), install: ['yum', '-y', 'install'], otherVersion: [], byFolder: undefined },
  zypper: {
    source: "the distribution's packages",
    engines: [['docker']],
    dockerCe,
    held,
    tools: { nft: 'nftables', ip: 'iproute2' },
    install: ['zypper', '--non-interactive', 'install', '--no-recommends'],
    otherVersion: ['--oldpackage'],
    byFolder: byPackageCache,
    refresh: ['zypper', '--non-interactive', 'refresh'],
    find: ['zypper', '--non-interactive', 'search', '--match-exact'],
    ...rpmList,
    versions: ['zypper', '--non-interactive', 'search', '--details', '--match-exact'],
    toVersions: column(/\|/, 3),
    pin: (name, version) => `${name}=${version}`,
  },
  apk: {
    source: "the distribution's packages (docker is in the community repository)",
    engines: [['docker']],
    dockerCe: [],
    held,
    tools: { nft: 'nftables', ip: 'iproute2' },
    install: ['apk', 'add', '--wait', '300'],
    otherVersion: [],
    byFolder: undefined,
    refresh: ['apk', 'update', '--wait', '300'],
    find: ['apk', 'search', '-e'],
    list: ['apk', 'info', '-v'],
    toInstalled: fromApk,
    versions: ['apk', 'policy'],
    toVersions: (stdout) => [...stdout.matchAll(/^ {2}(\S+):$/gm)].flatMap(([, version]) => version ?? []),
    pin: (name, version) => `${name}=${version}`,
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
