import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cached } from './cached.ts';
import { debianDisk, copyDisk, onDisk } from './disk.ts';
import { mustRun } from './run-program.ts';

/** What hosts install, with all it needs that they have not: as a user would type it, and without what it recommends where that is half a distribution. */
const wanted = [
  { names: ['docker.io', 'nftables', 'iproute2', 'iptables'], recommends: true },
  { names: ['git', 'python3-pip', 'python3-venv'], recommends: false },
];

/** A repository of Debian packages that stands for the distribution's own: fetched from the mirror once, so that tests need no mirror. */
export function debianRepository(): Promise<string> {
  return cached('debian-packages', wanted, async (folder) => {
    const work = mkdtempSync(`${folder}/work-`);
    cpSync(join(await debianDisk(), 'sources.list'), join(work, 'sources.list'));
    await copyDisk(await debianDisk(), work);
    await onDisk(work, async ({ run }) => {
      await run('apt-get -qq update');
      for (const { names, recommends } of wanted) await run(`apt-get -qq -y -d -o APT::Install-Recommends=${recommends} install ${names.join(' ')}`);
      await run('cp /var/cache/apt/archives/*.deb /mnt');
    });
    // As packages lie beside each other, a name with an epoch's %3a in it is a name like others.
    for (const name of readdirSync(work)) if (name.endsWith('.deb')) cpSync(join(work, name), join(folder, name.replaceAll('%3a', '.')));
    rmSync(work, { recursive: true });
    await writeIndex(folder);
  });
}

/** Makes the lists of a folder of packages ("deb [trusted=yes] URL ./"). */
export async function writeIndex(folder: string): Promise<void> {
  const list = await mustRun(['dpkg-scanpackages', '-m', '.'], { cwd: folder, env: { ...process.env, LC_ALL: 'C' } });
  writeFileSync(join(folder, 'Packages'), `${list}\n`);
  writeFileSync(join(folder, 'Packages.gz'), gzipSync(`${list}\n`));
  const sums = ['Packages', 'Packages.gz'].map((name) => ` ${createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')} ${statSync(join(folder, name)).size} ${name}`);
  writeFileSync(join(folder, 'Release'), `Suite: bookworm\nCodename: bookworm\nDate: ${new Date().toUTCString()}\nSHA256:\n${sums.join('\n')}\n`);
}

/** Where a package of the repository lies, by its name. */
export function findDeb(repository: string, name: string): string {
  const file = readdirSync(repository).find((entry) => entry.startsWith(`${name}_`));
  if (file === undefined) throw new Error(`${repository} has no package ${name}`);
  return join(repository, file);
}

/** Makes a package out of others: what is in them as `change` leaves it in its folder, and the first one's control file as `edit` does. */
export async function repackDeb(debs: string[], file: string, edit: (control: string) => string, change?: (folder: string) => void): Promise<void> {
  const folder = mkdtempSync(`${file}.new-`);
  try {
    const [first = '', ...others] = debs;
    await mustRun(['dpkg-deb', '-R', first, folder]);
    for (const deb of others) {
      await mustRun(['dpkg-deb', '-x', deb, folder]);
      await mustRun(['sh', '-euc', 'dpkg-deb --ctrl-tarfile "$0" | tar -x -C "$1"', deb, join(folder, 'DEBIAN')]);
    }
    const control = join(folder, 'DEBIAN/control');
    writeFileSync(control, edit(readFileSync(control, 'utf8')));
    change?.(folder);
    await mustRun(['dpkg-deb', '-Zgzip', '-z1', '-b', '--root-owner-group', folder, file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const dropped = /^(Source|Built-Using|Conflicts|Recommends|Suggests|Replaces|Breaks|Provides):.*\n(?: .*\n)*/gm;

/** The versions of docker-ce that the signed repository has, the older one first: Debian's engine under other names. */
export const dockerCeVersions = ['5:20.10.23-1~debian.12~bookworm', '5:20.10.24-1~debian.12~bookworm'];

/** A repository as https://download.docker.com/linux/debian: signed, with its key in the file `gpg`. */
export function dockerCeRepository(): Promise<string> {
  return cached('docker-ce-packages', { wanted, dockerCeVersions }, async (folder) => {
    const debs = await debianRepository();
    const pool = join(folder, 'pool');
    const lists = join(folder, 'dists/bookworm');
    mkdirSync(pool);
    mkdirSync(join(lists, 'stable/binary-amd64'), { recursive: true });
    for (const version of dockerCeVersions) {
      const named = (name: string) => (control: string) => control.replace(dropped, '').replace(/^Package:.*/m, `Package: ${name}`).replace(/^Version:.*/m, `Version: ${version}`);
      const file = (name: string) => join(pool, `${name}_${version.replace(':', '.')}.deb`);
      // docker.io conflicts with docker-ce, so packages that depend on it will not do.
      await repackDeb([findDeb(debs, 'docker.io')], file('docker-ce'), (control) => named('docker-ce')(control).replace(/containerd \([^)]*\)/, 'containerd.io').replace(/, runc \([^)]*\)/, ''));
      await repackDeb([findDeb(debs, 'runc'), findDeb(debs, 'containerd')], file('containerd.io'), (control) => named('containerd.io')(control).replace(/runc \([^)]*\),? ?/, '').replace(/^Depends:.*/m, '$&, libseccomp2'));
      await emptyDeb(file('docker-ce-cli'), { name: 'docker-ce-cli', version });
    }
    const indexed = ['sh', '-euc', 'dpkg-scanpackages -m pool > dists/bookworm/stable/binary-amd64/Packages; cd dists/bookworm; gzip -k stable/binary-amd64/Packages; o=APT::FTPArchive::Release; apt-ftparchive -o $o::Origin=Docker -o $o::Suite=bookworm -o $o::Codename=bookworm -o $o::Components=stable -o $o::Architectures=amd64 release . > ../Release; mv ../Release .'];
    await mustRun(indexed, { cwd: folder });
    await sign(folder, join(lists, 'Release'));
  });
}

async function emptyDeb(file: string, { name, version }: { name: string; version: string }): Promise<void> {
  const folder = mkdtempSync(`${file}.new-`);
  mkdirSync(join(folder, 'DEBIAN'));
  writeFileSync(join(folder, 'DEBIAN/control'), `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: Novadock tests <tests@localhost>\nDescription: what is in docker-ce here\n`);
  await mustRun(['dpkg-deb', '-b', '--root-owner-group', folder, file]);
  rmSync(folder, { recursive: true });
}

/** With a key made for it, of which only the public half stays: `gpg`; and `other.gpg`, which signed nothing. */
async function sign(folder: string, release: string): Promise<void> {
  const home = mkdtempSync('/tmp/nd-gpg-');
  const gpg = (...args: string[]) => mustRun(['gpg', '-q', '--homedir', home, '--batch', '--yes', '--passphrase', '', '--pinentry-mode', 'loopback', ...args]);
  try {
    for (const [name, file] of [['packages', 'gpg'], ['stranger', 'other.gpg']] as const) {
      await gpg('--quick-gen-key', `${name}@novadock.test`, 'rsa2048', 'sign', 'never');
      writeFileSync(join(folder, file), `${await gpg('--armor', '--export', `${name}@novadock.test`)}\n`);
    }
    await gpg('-u', 'packages@novadock.test', '--clearsign', '-o', join(release, '../InRelease'), release);
    await gpg('-u', 'packages@novadock.test', '--armor', '--detach-sign', '-o', `${release}.gpg`, release);
  } finally {
    await mustRun(['gpgconf', '--homedir', home, '--kill', 'all']).catch(() => {});
    rmSync(home, { recursive: true, force: true });
  }
}
