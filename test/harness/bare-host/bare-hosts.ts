import { debianRepository } from './apt-repository.ts';
import { startBareHost, type BareHost, type BareHostOptions } from './bare-host.ts';
import { debianDisk } from './disk.ts';
import { openFabric, type Fabric } from './fabric.ts';
import { installPackages } from './packages.ts';
import { serveFiles } from './serve-files.ts';

/** Bare hosts on a network of their own, with repositories of packages and nothing else to reach. */
export type BareHosts = {
  fabric: Fabric;
  /** Where hosts find a folder: `debian`, or one that was given. */
  repositoryUrl: (name: string) => string;
  /** Switches on hosts h1, h2, … with disks of their own, Debian unless told otherwise. */
  start: (names: string[], options?: Partial<Pick<BareHostOptions, 'disk' | 'files' | 'shared' | 'machineId'>>) => Promise<BareHost[]>;
  close: () => Promise<void>;
};

/** By what name hosts find the repositories. */
const repositoryHost = 'packages.novadock.test';

/** What dpkg writes to /var/backups at midnight is not written: a test that runs just then would take it for something that was left behind. */
const noDailyBackup = { '/etc/systemd/system/dpkg-db-backup.service.d/test.conf': '[Unit]\nConditionPathExists=/never\n' };

/** Makes ready for bare hosts: what they begin with is made the first time and kept. `folders` are served to them, beside the packages of Debian. */
export async function openBareHosts(folders: Record<string, string> = {}): Promise<BareHosts> {
  await installPackages();
  const [disk, debian] = [await debianDisk(), await debianRepository()];
  const fabric = await openFabric();
  const server = await serveFiles(fabric.address, { debian, ...folders });
  const repositoryUrl = (name: string) => `http://${repositoryHost}:${server.port}/${name}`;
  let count = 0;
  return {
    fabric, repositoryUrl,
    start: (names, options = {}) => Promise.all(names.map((name) => startBareHost({
      fabric, name, disk, index: (count += 1), names: { [repositoryHost]: fabric.address },
      ...options,
      files: { ...noDailyBackup, '/etc/apt/sources.list': `deb [trusted=yes] ${repositoryUrl('debian')} ./\n`, ...options.files },
    }))),
    close: async () => {
      await fabric.close();
      await server.close();
    },
  };
}
