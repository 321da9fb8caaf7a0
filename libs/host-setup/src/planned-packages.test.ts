import { expect, test } from 'vitest';
import { packageManagers, type PackageManagerName } from './package-managers.ts';
import { plannedPackages } from './planned-packages.ts';
import type { SetupContext } from './setup-step.ts';
import { createFolderContext } from './testing/setup-context.ts';

const dnfSays = `Dependencies resolved.
================================================================================
 Package              Architecture  Version                   Repository   Size
================================================================================
Installing:
 git                  x86_64        2.43.0-1.el9              base        400 k
Installing dependencies:
 perl-a-name-that-takes-more-than-its-column
                      x86_64        0.17029-3.el9             base         46 k

Transaction Summary
================================================================================
Install  2 Packages

Total size: 96 M
Operation aborted.
`;
const zypperSays = `<stream>
<install-summary download-size="100863389" packages-to-change="2">
<to-install>
<solvable type="package" name="git" edition="2.35.3-1" arch="x86_64" summary="Git of &apos;git&apos;">
<description>name="x"</description></solvable>
<solvable type="package" name="perl-Error" edition="0.17" arch="noarch"/>
</to-install>
</install-summary>
</stream>
`;
const aptSays = `Reading package lists...
The following NEW packages will be installed:
  git perl-error
Inst perl-error (0.17029-2 Debian:12.15/oldstable [all])
Inst libcurl3-gnutls:i386 (7.88.1 Debian:12.15/oldstable [i386])
Inst git [1:2.30] (1:2.39.5-0+deb12u3 Debian:12.15/oldstable [amd64])
Conf git (1:2.39.5-0+deb12u3 Debian:12.15/oldstable [amd64])
`;
const apkSays = `(1/3) Installing libcurl (8.9.1-r2)
(2/3) Upgrading zlib (1.3-r0 -> 1.3-r1)
(3/3) Installing git (2.45.2-r0)
OK: 20 MiB in 30 packages
`;

test.each([
  ['apt-get', aptSays, 0, /^apt-get install .*--simulate git$/, ['perl-error', 'libcurl3-gnutls', 'git']],
  ['dnf', dnfSays, 1, /^dnf -y install .*--assumeno git$/, expect.arrayContaining(['git', 'perl-a-name-that-takes-more-than-its-column'])],
  ['yum', dnfSays, 1, /^yum -y install --assumeno git$/, expect.not.arrayContaining(['x86_64', 'Install', 'Total'])],
  ['zypper', zypperSays, 0, /^zypper --xmlout --non-interactive install .*--dry-run git$/, ['git', 'perl-Error']],
  ['apk', apkSays, 0, /^apk add .*--simulate git$/, ['libcurl', 'git']],
] as [PackageManagerName, string, number, RegExp, string[]][])('%s is asked what it would install, and only looks', async (packageManager, stdout, code, command, planned) => {
  const { ctx, remove } = await createFolderContext();
  const asked: [string, boolean | undefined][] = [];
  const run: SetupContext['run'] = async (program, args, options) => (asked.push([[program, ...args].join(' '), options?.isProbe]), { code: program === 'sync' ? 0 : code, stdout: program === 'sync' ? '' : stdout, output: stdout });
  expect(await plannedPackages({ ...ctx, run, host: { ...ctx.host, packageManager } }, packageManagers[packageManager].install, ['git'])).toEqual(planned);
  expect(asked[0]).toEqual([expect.stringMatching(command), true]);
  await remove();
});
