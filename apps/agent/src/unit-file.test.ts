import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installedAt } from './update/open-update.ts';

const file = (name: string) => readFileSync(join(import.meta.dirname, '../files', name), 'utf8');
const settings = file('novadock-agent.service').split('\n').flatMap((line) => (/^(\w+)=(.*)$/.exec(line) ?? []).slice(1, 2));

/** systemd.exec(5): what gives a service a mount namespace, from which mounts do not reach the host. */
const mountNamespace = /^(Private(Tmp|Devices|Mounts|IPC|Users)|Protect(System|Home|Proc|Hostname|Kernel\w+|ControlGroups)|ProcSubset|MountFlags|MountAPIVFS|Root\w+|BindPaths|BindReadOnlyPaths|TemporaryFileSystem|(ReadWrite|ReadOnly|Inaccessible|Exec|NoExec)(Paths|Directories)|DynamicUser|\w+Images)$/;

test('the agent stays in the mount namespace of the host: the engine has to see the network namespaces that it makes', () => {
  expect(settings).toContain('CapabilityBoundingSet');
  expect(settings.filter((name) => mountNamespace.test(name))).toEqual([]);
});

test('the unit runs what join.sh installs, with the folder that it enrols in', () => {
  const [, programs = ''] = /^programs=(.*)$/m.exec(file('join.sh')) ?? [];
  const [, home = ''] = /^home=(.*)$/m.exec(file('join.sh')) ?? [];
  expect(file('novadock-agent.service')).toContain(`ExecStart=${programs}/current/bin/node ${programs}/current/main.js serve\n`);
  expect(file('novadock-agent.service')).toMatch(new RegExp(`^Environment=NOVADOCK_HOME=${home} NOVADOCK_UNIT=novadock-agent\\.service$`, 'm'));
  expect(`/var/lib/${/^StateDirectory=(.*)$/m.exec(file('novadock-agent.service'))?.[1]}`).toBe(home);
});

test('the agent updates itself where join.sh installs it, under the same lock', () => {
  const script = file('join.sh');
  for (const [name, path] of Object.entries({ programs: installedAt.programs, units: installedAt.units, lock: installedAt.lock })) expect(script).toContain(`\n${name}=${path}\n`);
});
