import { expect, test } from 'vitest';
import { defaultHostProfile } from './host-profile.ts';
import { profileProblems, profileWarnings, type ProfileSettings } from './profile-problems.ts';

const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n…';
const repository = { url: 'https://mirror.example/debian', key, codename: '', channel: 'stable' };
const engine = (change: Partial<ProfileSettings['engine']>): ProfileSettings => ({ ...defaultHostProfile, engine: { ...defaultHostProfile.engine, ...change } });
const imageId = '3f2b8a52-6d0f-4b53-9d0f-0f6f5a0f9d11';
const novaDocker = { package: 'git+https://git.example/nova-docker@stable/liberty', indexUrl: '', virtualenv: '', compute: true, glance: true };

test.each([
  ['the default', defaultHostProfile], ['docker-ce from a mirror', engine({ source: 'docker-ce', version: '5:28.5.1-1~debian.12~bookworm', repository })],
  ['a proxy', engine({ proxy: { http: 'http://proxy.example:3128', https: '', noProxy: 'localhost,10.0.0.0/8' } })],
  ['a registry mirror', engine({ settings: { 'registry-mirrors': ['https://m.example'] } })], ['an OpenStack node', { ...defaultHostProfile, dockerGroup: ['nova'], novaDocker }],
  ['kernel settings, images and an agent', { ...defaultHostProfile, agentVersion: '0.1.0+0123456789ab', sysctl: { 'net.core.somaxconn': '4096', 'net.ipv4.conf.eth0/1.rp_filter': '2' }, images: [imageId] }],
  ['a package on the host', { ...defaultHostProfile, novaDocker: { ...novaDocker, package: '/opt/nova-docker.tar.gz', virtualenv: '/opt/nova' } }],
])('%s can be used', (_name, profile) => expect(profileProblems(profile)).toEqual([]));

test.each([
  ['engine.version', engine({ version: '20.10 -y' })], ['engine.version', engine({ source: 'present', version: '1' })], ['engine.repository', engine({ source: 'docker-ce' })], ['engine.repository', engine({ repository })],
  ['engine.repository.url', engine({ source: 'docker-ce', repository: { ...repository, url: 'ftp://x' } })], ['engine.repository.url', engine({ source: 'docker-ce', repository: { ...repository, url: 'https://me:secret@x/' } })],
  ['engine.repository.key', engine({ source: 'docker-ce', repository: { ...repository, key: 'x' } })], ['engine.repository.codename', engine({ source: 'docker-ce', repository: { ...repository, codename: 'a b' } })],
  ['engine.settings.live-restore', engine({ settings: { 'live-restore': false } })], ['engine.settings.hosts', engine({ settings: { hosts: ['tcp://0.0.0.0'] } })], ['engine.settings.runtimes', engine({ settings: { runtimes: { novadock: {} } } })],
  ['engine.settings', engine({ settings: { mtu: null } })], ['engine.proxy', engine({ proxy: { http: '', https: '', noProxy: 'x' } })], ['engine.proxy.noProxy', engine({ proxy: { http: 'http://p', https: '', noProxy: 'a b' } })],
  ['dockerGroup', { ...defaultHostProfile, dockerGroup: ['a', 'a'] }], ['smokeTestPull', { ...defaultHostProfile, smokeTestPull: '--help' }], ['agentVersion', { ...defaultHostProfile, agentVersion: '0.1 x' }], ['agentVersion', { ...defaultHostProfile, agentVersion: 'previous' }],
  ['sysctl.swap', { ...defaultHostProfile, sysctl: { swap: '1' } }], ['sysctl.vm.swappiness', { ...defaultHostProfile, sysctl: { 'vm.swappiness': '1\nkernel.panic = 1' } }],
  ['sysctl.net.ipv4.ip_forward', { ...defaultHostProfile, sysctl: { 'net.ipv4.ip_forward': '0' } }], ['sysctl.net/ipv4/conf/eth0.1/forwarding', { ...defaultHostProfile, sysctl: { 'net/ipv4/conf/eth0.1/forwarding': '0' } }],
  ['sysctl.user.max_net_namespaces', { ...defaultHostProfile, sysctl: { 'user.max_net_namespaces': '0' } }], ['sysctl.kernel.modules_disabled', { ...defaultHostProfile, sysctl: { 'kernel.modules_disabled': '1' } }],
  ['sysctl', { ...defaultHostProfile, sysctl: { 'net.ipv4.conf.eth0/1.rp_filter': '1', 'net/ipv4/conf/eth0.1/rp_filter': '2' } }], ['sysctl.a..b', { ...defaultHostProfile, sysctl: { 'a..b': '1' } }],
  ['images[0]', { ...defaultHostProfile, images: ['hello'] }], ['images', { ...defaultHostProfile, images: [imageId, imageId] }],
  ['novaDocker', { ...defaultHostProfile, novaDocker: { ...novaDocker, compute: false, glance: false } }], ['novaDocker.virtualenv', { ...defaultHostProfile, novaDocker: { ...novaDocker, virtualenv: 'venv' } }],
  ['novaDocker.package', { ...defaultHostProfile, novaDocker: { ...novaDocker, package: '$(reboot)' } }],
])('%s is named when it is wrong', (field, profile) => expect(profileProblems(profile).map((problem) => problem.field)).toEqual([field]));

const packageFrom = (source: string) => ({ ...defaultHostProfile, novaDocker: { ...novaDocker, package: source } });

test.each(['git+https://git.example/nova-docker@stable/liberty', 'git+https://git.example:8443/nova-docker@v1', 'git+ssh://git@git.example/nova-docker@main', 'git+ssh://deploy@git.example:22/nova-docker', 'git+http://[fd00::1]:8080/x@v1', 'nova-docker==1.0', '/opt/nova-docker'])('a package from %s has no secret', (source) => {
  expect(profileProblems(packageFrom(source))).toEqual([]);
});

test.each([
  ['novaDocker.package', packageFrom('git+https://s3cret@git.example/nova-docker@main')], ['novaDocker.package', packageFrom('git+https://u:s3cret@git.example/nova-docker')],
  ['novaDocker.package', packageFrom('https://u:s3cret@files.example/nova-docker.tar.gz')], ['novaDocker.package', packageFrom('nova-docker@https://u:s3/cret@files.example/x.tar.gz')],
  ['novaDocker.package', packageFrom('git+ssh://git:s3cret@git.example/nova-docker')], ['novaDocker.indexUrl', { ...defaultHostProfile, novaDocker: { ...novaDocker, indexUrl: 'https://u:s3/cret@mirror.example/simple' } }],
  ['engine.settings.registry-mirrors', engine({ settings: { 'registry-mirrors': ['https://m.example', 'https://u:s3cret@m.example'] } })], ['engine.settings.registry-mirrors', engine({ settings: { 'registry-mirrors': ['https://s3cret@m.example'] } })],
  ['engine.settings.proxies', engine({ settings: { proxies: { 'http-proxy': 'http://u:s3cret@proxy:3128' } } })], ['engine.settings.log-opts', engine({ settings: { 'log-driver': 'splunk', 'log-opts': { 'splunk-token': 's3cret' } } })],
  ['engine.repository.url', engine({ source: 'docker-ce', repository: { ...repository, url: 'https://me:s3/cret@x/' } })],
])('a secret in %s is refused, with where it goes, and is not said again', (field, profile) => {
  const problems = profileProblems(profile);
  expect(problems).toEqual([{ field, message: expect.stringMatching(/logs and diffs/) as string }]);
  expect(JSON.stringify(problems)).not.toContain('s3');
});

test('where the secret of a package and of a mirror goes is said', () => {
  expect(profileProblems(packageFrom('git+https://s3cret@git.example/x'))[0]?.message).toMatch(/\.netrc.*git\+ssh/);
  expect(profileProblems(engine({ settings: { 'registry-mirrors': ['https://u:p@m.example'] } }))[0]?.message).toMatch(/docker login/);
});

test('what gives root away, or is not encrypted, is warned of', () => {
  expect(profileWarnings(defaultHostProfile)).toEqual([]);
  expect(profileWarnings({ ...engine({ socketMode: '0666', source: 'docker-ce', repository: { ...repository, url: 'http://mirror' }, settings: { 'insecure-registries': ['r:5000'] } }), dockerGroup: ['nova'] })).toHaveLength(4);
});

test('who has a proxy with a password is told where it goes', () => {
  const problems = profileProblems(engine({ proxy: { http: 'http://user:secret@proxy.example:3128', https: '', noProxy: '' } }));
  expect(problems).toEqual([{ field: 'engine.proxy.http', message: expect.stringContaining('docs/host-setup.md') as string }]);
  expect(JSON.stringify(problems)).not.toContain('secret');
});
