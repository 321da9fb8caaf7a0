import type { EngineProfile, HostProfile } from '@novadock/model';
import { createFakeHost, type FakeHost } from '../fake-host.ts';

/** For tests: the files by which a host has one service manager or the other. */
export const systemd = { '/run/systemd/system/x': '' };
export const openrc = { '/run/openrc/softlevel': 'default' };
export const sysvinit = { '/usr/sbin/service': '', '/proc/1/comm': 'init\n' };

/** For tests: the users of a bare host, and its package manager. */
export const users = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nop:x:1000:1000::/home/op:/bin/sh\n', '/usr/bin/apt-get': '' };

/** For tests: a proxy with a password. */
export const proxy = { http: 'http://u:secret@proxy:3128', https: '', noProxy: 'localhost,10.0.0.0/8' };

/** For tests: what a profile says that is not its default. */
export type ProfileChange = Partial<Omit<HostProfile, 'engine'>> & { engine?: Partial<EngineProfile> };

/** For tests: a Debian with users, and nothing else but these files. */
export function createBareHost(files: Record<string, string>, profile: ProfileChange = {}): Promise<FakeHost> {
  return createFakeHost({ osRelease: 'ID=debian\n', files: { ...users, ...files }, profile, controllerUrl: 'https://controller' });
}
