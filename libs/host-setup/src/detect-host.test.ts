import { afterEach, expect, test } from 'vitest';
import { createFakeHost, type FakeHost } from './fake-host.ts';

const hosts: FakeHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.remove();
});

async function detect(osRelease: string, files: string[] = [], contents: Record<string, string> = {}) {
  const host = await createFakeHost({ osRelease, files: { ...Object.fromEntries(files.map((file) => [file, ''])), ...contents } });
  hosts.push(host);
  return host.ctx.host;
}

test.each([
  ['ID=debian', ['/usr/bin/apt-get'], 'apt-get'],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"', ['/usr/bin/apt-get'], 'apt-get'],
  ['ID=fedora', ['/usr/bin/dnf', '/usr/bin/yum'], 'dnf'],
  ['ID="centos"\nID_LIKE="rhel fedora"', ['/usr/bin/yum'], 'yum'],
  ['ID="opensuse-leap"\nID_LIKE="suse opensuse"', ['/usr/bin/zypper'], 'zypper'],
  ['ID=alpine', ['/sbin/apk'], 'apk'],
  ['ID=arch', ['/usr/bin/pacman'], undefined],
  ['ID=debian', [], undefined],
  ['', [], undefined],
])('%j with %j uses %s', async (osRelease, files, expected) => {
  expect((await detect(osRelease, files)).packageManager).toBe(expected);
});

test.each([
  [{ '/run/systemd/system/x': '', '/proc/1/comm': 'systemd\n' }, 'systemd'],
  [{ '/run/openrc/softlevel': 'default', '/proc/1/comm': 'init\n' }, 'openrc'],
  [{ '/usr/sbin/service': '', '/proc/1/comm': 'init\n' }, 'sysvinit'],
  [{ '/usr/sbin/service': '', '/proc/1/comm': 'bash\n' }, 'none'],
])('%j is kept by %s', async (files, expected) => {
  expect((await detect('ID=debian', [], files)).serviceManager).toBe(expected);
});
