import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianRepository, findDeb } from './apt-repository.ts';
import { cached } from './cached.ts';
import { copyDisk, debianDisk, derivedDisk, onDisk } from './disk.ts';
import { mustRun } from './run-program.ts';

const osRelease = 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\nPRETTY_NAME="Rocky Linux 9.4 (test)"\nPLATFORM_ID="platform:el9"\n';

/** Debian's rpm refuses to work on a machine of Debian, unless it is told to. */
const rpm = `#!/bin/sh
for word in "$@"; do case $word in -i|-U|-F|-e|-[iUF]v*|--install|--upgrade|--erase) exec rpm.real --force-debian "$@";; esac; done
exec rpm.real "$@"
`;

/** For what packages ask of the distribution itself. */
const release = `Name: rocky-release
Version: 9.4
Release: 1
Summary: what Debian's packages have here
License: Apache-2.0
BuildArch: noarch
Provides: /bin/sh /usr/bin/sh system-release = 9.4 system-release(releasever) = 9 redhat-release = 9.4
%description
Stands for the distribution.
%files
`;

/**
 * A machine of the RPM family as far as can be without a mirror of one: Debian's dnf and rpm on Debian, that says it is Rocky Linux,
 * with the program yum only (Debian's apt is out of sight).
 */
export function rpmDisk(): Promise<string> {
  return debianDisk().then((base) => derivedDisk('rpm', {
    base, recipe: { osRelease, rpm, release },
    change: async ({ run, write }) => {
      await run('apt-get -qq update; apt-get -qq -y --no-install-recommends install dnf rpm createrepo-c gnupg libdevmapper1.02.1 >/dev/null; apt-get clean; rm -rf /var/lib/apt/lists/*');
      await run('mv /usr/bin/rpm /usr/bin/rpm.real; ln -sf rpm.real /usr/bin/rpmquery; ln -sf dnf-3 /usr/bin/yum; rm /usr/bin/dnf; mkdir -p /etc/yum.repos.d /etc/dnf/vars; for tool in apt-get apt-cache dpkg; do mv /usr/bin/$tool /usr/bin/debian-$tool; done');
      await run('rm /etc/os-release');
      await write('/etc/os-release', osRelease);
      await write('/usr/bin/rpm', rpm, 0o755);
      await write('/root/rocky-release.spec', release);
      await run('rpmbuild -bb --quiet /root/rocky-release.spec; rpm -i --nodeps /root/rpmbuild/RPMS/noarch/rocky-release-*.rpm; rm -r /root/rpmbuild /root/rocky-release.spec');
    },
  }));
}

const suseRelease = 'NAME="openSUSE Leap"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.5"\nPRETTY_NAME="openSUSE Leap 15.5 (test)"\n';
/** What zypper takes $releasever from. */
const product = '<?xml version="1.0" encoding="UTF-8"?>\n<product schemeversion="0"><vendor>tests</vendor><name>Leap</name><version>9</version><release>1</release><arch>x86_64</arch><summary>tests</summary></product>\n';

/** The same with zypper, that says it is openSUSE. One database for both rpm and zypper: Debian's rpm has its own in /root, where zypper finds no key. */
export function zypperDisk(): Promise<string> {
  return rpmDisk().then((base) => derivedDisk('zypper', {
    base, recipe: { suseRelease, product, layout: 1 },
    change: async ({ run, write }) => {
      await run('for tool in apt-get apt-cache dpkg; do mv /usr/bin/debian-$tool /usr/bin/$tool; done; apt-get -qq update; apt-get -qq -y --no-install-recommends install zypper libseccomp2 >/dev/null; apt-get clean; rm -rf /var/lib/apt/lists/*; for tool in apt-get apt-cache dpkg; do mv /usr/bin/$tool /usr/bin/debian-$tool; done; rm /usr/bin/yum');
      await run('mkdir -p /etc/rpm /etc/zypp/repos.d /etc/products.d /var/lib/rpm; ln -sf test.prod /etc/products.d/baseproduct; echo "%_dbpath /var/lib/rpm" > /etc/rpm/macros; cp -a /root/.rpmdb/. /var/lib/rpm/');
      await write('/etc/os-release', suseRelease);
      await write('/etc/products.d/test.prod', product);
    },
  }));
}

type Rpm = { name: string; version: string; debs: string[]; only?: RegExp; folders?: string[]; requires?: string; scripts?: string; links?: Record<string, string> };

const iptablesLinks = Object.fromEntries(['iptables', 'ip6tables'].flatMap((name) => ['', '-save', '-restore'].map((tail) => [`usr/sbin/${name}${tail}`, 'xtables-nft-multi'])));

/** The engine's packages; two versions of what is pinned. */
const dockerCe: Rpm[] = ['20.10.23', '20.10.24'].flatMap((version) => [
  { name: 'docker-ce', version, debs: ['docker.io'], only: /^usr\/(sbin\/|libexec\/|lib\/systemd\/)/, requires: 'containerd.io docker-ce-cli iptables', scripts: '%pre -n docker-ce\ngetent group docker >/dev/null || groupadd -r docker\n%post -n docker-ce\nsystemctl daemon-reload >/dev/null 2>&1 || :\n%preun -n docker-ce\n[ $1 != 0 ] || systemctl disable --now docker.service docker.socket >/dev/null 2>&1 || :\n' },
  { name: 'docker-ce-cli', version, debs: ['docker.io', 'tini'], only: /^usr\/bin\// },
  { name: 'containerd.io', version, debs: ['containerd', 'runc'], only: /^usr\/(s?bin\/|lib\/systemd\/)/, scripts: '%preun -n containerd.io\n[ $1 != 0 ] || systemctl disable --now containerd.service >/dev/null 2>&1 || :\n' },
]);
const distribution: Rpm[] = [
  { name: 'iptables', version: '1.8.9', debs: ['iptables', 'libip6tc2', 'libnetfilter-conntrack3', 'libnfnetlink0', 'libnftnl11'], only: /^usr\/(s?bin|lib)\//, folders: ['usr/lib/x86_64-linux-gnu/xtables'], links: iptablesLinks },
  { name: 'nftables', version: '1.0.6', debs: ['nftables', 'libnftables1', 'libjansson4'], only: /^usr\/(s?bin|lib)\/(?!systemd)/, requires: 'iptables' },
];

/**
 * Repositories of RPM packages made of Debian's: base; docker-ce, whose packages and metadata (repomd.xml.asc) are signed with the key in its file
 * gpg, and not with that in other.gpg; and docker-ce-mirror, the same as a mirror without signed metadata has it.
 */
export function rpmRepository(): Promise<string> {
  return cached('rpm-packages', { layout: 3, dockerCe: dockerCe.map(describe), distribution: distribution.map(describe), release }, async (folder) => {
    const debs = await debianRepository();
    const work = mkdtempSync(`${folder}/work-`);
    await copyDisk(await rpmDisk(), work);
    await mustRun(['cp', join(await debianDisk(), 'sources.list'), work]);
    for (const one of [...dockerCe, ...distribution]) await stage(join(work, `${one.name}-${one.version}`), one, debs);
    await onDisk(work, async ({ run }) => {
      await run("export GNUPGHOME=/root/key; mkdir -m 700 $GNUPGHOME; gpg -q --batch --passphrase '' --quick-gen-key packages@novadock.test rsa2048 sign never; gpg --armor --export > /mnt/gpg; mkdir -m 700 /root/other; gpg -q --homedir /root/other --batch --passphrase '' --quick-gen-key other@novadock.test rsa2048 sign never; gpg --homedir /root/other --armor --export > /mnt/other.gpg");
      for (const [repository, rpms] of Object.entries({ 'docker-ce': dockerCe, base: distribution })) {
        for (const { name, version } of rpms) await run(`rpmbuild -bb --quiet --define '_topdir /mnt/built/${repository}' --define 'staged /mnt/${name}-${version}' --define '_build_id_links none' --define 'debug_package %{nil}' --define '__strip /bin/true' --define '_binary_payload w1.gzdio' /mnt/${name}-${version}.spec`);
      }
      await run("GNUPGHOME=/root/key rpmsign --define '_gpg_name packages@novadock.test' --define '__gpg /usr/bin/gpg' --define '_gpg_sign_cmd_extra_args --batch --pinentry-mode loopback' --addsign /mnt/built/docker-ce/RPMS/*/*.rpm >/dev/null");
      await run('for one in docker-ce base; do createrepo_c -q /mnt/built/$one/RPMS; done');
      await run('for home in key other; do export GNUPGHOME=/root/$home; if [ $home = key ]; then gpg -q --batch --armor --detach-sign /mnt/built/docker-ce/RPMS/repodata/repomd.xml; fi; gpgconf --kill all; done');
    });
    renameSync(join(work, 'built/base/RPMS'), join(folder, 'base'));
    // As https://download.docker.com/linux/rhel lays them out.
    mkdirSync(join(folder, 'docker-ce/9/x86_64'), { recursive: true });
    renameSync(join(work, 'built/docker-ce/RPMS'), join(folder, 'docker-ce/9/x86_64/stable'));
    for (const key of ['gpg', 'other.gpg']) renameSync(join(work, key), join(folder, 'docker-ce', key));
    await mustRun(['cp', '-al', join(folder, 'docker-ce'), join(folder, 'docker-ce-mirror')]);
    rmSync(join(folder, 'docker-ce-mirror/9/x86_64/stable/repodata/repomd.xml.asc'));
    rmSync(work, { recursive: true });
  });
}

const describe = (one: Rpm) => ({ ...one, only: String(one.only) });

/** Lays out what an RPM package is to hold, and its spec file beside that. */
async function stage(folder: string, { name, version, debs, only, folders = [], requires, scripts = '', links = {} }: Rpm, repository: string): Promise<void> {
  mkdirSync(folder);
  for (const deb of debs) await mustRun(['dpkg-deb', '-x', findDeb(repository, deb), folder]);
  // As /lib, /bin and /sbin are links of /usr's on the host.
  for (const top of ['lib', 'bin', 'sbin']) await mustRun(['sh', '-euc', 'if [ -d "$0/$1" ]; then mkdir -p "$0/usr/$1"; cp -a "$0/$1/." "$0/usr/$1/"; rm -r "$0/$1"; fi', folder, top]);
  for (const [link, target] of Object.entries(links)) await mustRun(['ln', '-sf', target, join(folder, link)]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).filter((path) => only?.test(path) ?? true);
  writeFileSync(`${folder}.spec`, `Name: ${name}
Version: ${version}
Release: 1.test
Summary: ${name} of Debian's files
License: Apache-2.0
AutoReqProv: no
${requires === undefined ? '' : `Requires: ${requires}\n`}%description
For tests.
%install
cp -a %{staged}/. %{buildroot}/
%define _unpackaged_files_terminate_build 0
${scripts}%files
${[...folders.map((path) => `%dir /${path}`), ...files.map((file) => `/${file}`)].join('\n')}
`);
}
