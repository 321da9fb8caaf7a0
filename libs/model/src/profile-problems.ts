import type { EngineProfile, HostProfile, NovaDockerProfile } from './host-profile.ts';
import { holdsSecret } from './holds-secret.ts';
import { sysctlPath } from './sysctl-path.ts';

/** A profile without its name and revision: what is kept and compared. */
export type ProfileSettings = Omit<HostProfile, 'name' | 'revision'>;

export type ProfileProblem = { field: string; message: string };

/** Why a profile cannot be used, as far as that can be known without a host; empty: nothing. Types are checked before. */
export function profileProblems({ engine, dockerGroup, smokeTestPull, agentVersion, sysctl, images, novaDocker }: ProfileSettings): ProfileProblem[] {
  const problems = [
    ...engineProblems(engine),
    ...dockerGroup.flatMap((user, index) => unless(/^[a-z_][a-z0-9_-]{0,30}\$?$/.test(user), `dockerGroup[${index}]`, `${JSON.stringify(user)} is no name of a user.`)),
    ...unless(new Set(dockerGroup).size === dockerGroup.length, 'dockerGroup', 'A user is named twice.'),
    ...unless(/^([A-Za-z0-9][A-Za-z0-9._:/@-]*)?$/.test(smokeTestPull), 'smokeTestPull', 'It must be the name of an image, such as registry.example/hello:1, or empty.'),
    ...unless(/^(\d[0-9A-Za-z.+_-]*)?$/.test(agentVersion), 'agentVersion', 'It must be the version of an agent, whole (0.1.0+0123456789ab), or empty.'),
    ...Object.entries(sysctl).flatMap(([key, value]) => sysctlProblems(key, value)),
    ...unless(new Set(Object.keys(sysctl).map(sysctlPath)).size === Object.keys(sysctl).length, 'sysctl', 'A kernel setting is named twice.'),
    ...images.flatMap((id, index) => unless(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id), `images[${index}]`, `${JSON.stringify(id)} is no id of an image: see \`novadock image list\`.`)),
    ...unless(new Set(images).size === images.length, 'images', 'An image is named twice.'),
  ];
  return novaDocker === undefined ? problems : [...problems, ...novaDockerProblems(novaDocker)];
}

/** What an operator should know of a profile that can be used all the same. */
export function profileWarnings({ engine, dockerGroup }: ProfileSettings): string[] {
  const plain = [engine.repository?.url].filter((url) => url?.startsWith('http:') === true);
  return [
    ...(engine.socketMode === '0666' ? ['engine.socketMode 0666 makes every local user of the host root.'] : []),
    ...dockerGroup.map((user) => `dockerGroup makes ${user} root, in effect.`),
    ...plain.map((url) => `${url} is not encrypted: its packages are signed, so nobody can change them, but all can see which are fetched.`),
    ...('insecure-registries' in engine.settings ? ['engine.settings.insecure-registries: images of those can be changed by whoever is in between.'] : []),
  ];
}

function engineProblems({ source, version, repository, settings, proxy }: EngineProfile): ProfileProblem[] {
  return [
    ...unless(/^([0-9A-Za-z][0-9A-Za-z.+:~_-]*)?$/.test(version), 'engine.version', 'It must be the version of a package, or how it begins: 20.10.'),
    ...unless(source !== 'present' || version === '', 'engine.version', 'An engine that is there already is left as it is: leave the version empty.'),
    ...unless(source !== 'docker-ce' || repository !== undefined, 'engine.repository', 'docker-ce comes from a repository: give its url, key, codename and channel.'),
    ...unless(source === 'docker-ce' || repository === undefined, 'engine.repository', `It is for the source docker-ce; with ${source} leave it out.`),
    ...(repository === undefined ? [] : repositoryProblems(repository)),
    ...settingsProblems(settings),
    ...(proxy === undefined ? [] : proxyProblems(proxy)),
  ];
}

function repositoryProblems({ url, key, codename, channel }: NonNullable<EngineProfile['repository']>): ProfileProblem[] {
  const word = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;
  return [
    ...urlProblems('engine.repository.url', url),
    ...unless(key.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----'), 'engine.repository.key', 'It must be the public key that the packages are signed with, ASCII-armoured.'),
    ...unless(codename === '' || word.test(codename), 'engine.repository.codename', "It must be a word such as bookworm, or empty for the host's own."),
    ...unless(word.test(channel), 'engine.repository.channel', 'It must be a word such as stable.'),
  ];
}

function settingsProblems(settings: Record<string, unknown>): ProfileProblem[] {
  const field = (key: string) => `engine.settings.${key}`;
  const runtimes = settings.runtimes as Record<string, unknown> | undefined;
  return [
    ...unless(!('live-restore' in settings) || settings['live-restore'] === true, field('live-restore'), 'Without it instances stop whenever the engine restarts: it must be true.'),
    ...unless(!('hosts' in settings), field('hosts'), 'The engine is told by its service where it listens; told twice, it does not start.'),
    ...unless(typeof runtimes !== 'object' || runtimes === null || !('novadock' in runtimes), field('runtimes'), "The runtime novadock is the set-up's own: leave it out."),
    ...unless(!Object.values(settings).includes(null), 'engine.settings', 'A key that is not to be set is left out, not null.'),
    ...unless(JSON.stringify(settings).length <= 65_536, 'engine.settings', 'They are too long: 64 KiB at most.'),
    ...Object.entries(settings).filter(([key, value]) => isSecret(key, value)).map(([key]) => ({ field: field(key), message: settingSecrets[key] ?? settingSecret })),
  ];
}

/** Of an object also what lies in it. */
function isSecret(key: string, value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.entries(value).some(([inner, of]) => isSecret(inner, of));
  return typeof value === 'string' && (holdsSecret(value) || /(token|password|secret)$/i.test(key));
}

function proxyProblems({ http, https, noProxy }: NonNullable<EngineProfile['proxy']>): ProfileProblem[] {
  return [
    ...(http === '' ? [] : urlProblems('engine.proxy.http', http, proxyPassword)),
    ...(https === '' ? [] : urlProblems('engine.proxy.https', https, proxyPassword)),
    ...unless(http !== '' || https !== '', 'engine.proxy', 'It needs http or https; without a proxy leave it out.'),
    ...unless(!/[\s"%]/.test(noProxy), 'engine.proxy.noProxy', 'It must be hosts with commas between them.'),
  ];
}

function novaDockerProblems({ package: source, indexUrl, virtualenv, compute, glance }: NovaDockerProfile): ProfileProblem[] {
  return [
    ...unless(/^[A-Za-z0-9./][^\s"'`$;|&<>\\]*$/.test(source), 'novaDocker.package', 'It must be what pip installs: git+https://host/repository@branch, nova-docker==1.0, or a path on the host.'),
    ...unless(!holdsSecret(source), 'novaDocker.package', 'A user, a token or a password in it would show in logs and diffs. Leave it out here, and put it where git and pip find it on the host: /root/.netrc (0600), or for git a credential helper (git config --system credential.helper). With git+ssh://git@… it is a key of root.'),
    ...(indexUrl === '' ? [] : urlProblems('novaDocker.indexUrl', indexUrl)),
    ...unless(/^(\/[A-Za-z0-9._-]+)*$/.test(virtualenv), 'novaDocker.virtualenv', "It must be the whole path of a folder, or empty for the system's Python."),
    ...unless(compute || glance, 'novaDocker', 'Say what runs on the host: compute, glance, or both.'),
  ];
}

function sysctlProblems(key: string, value: string): ProfileProblem[] {
  const field = `sysctl.${key}`;
  return [
    ...unless(/^[a-z][a-z0-9_-]*([./][A-Za-z0-9_-]+)+$/.test(key), field, 'It must be the name of a kernel setting, such as net.core.somaxconn.'),
    ...unless(/^[!-~]([ -~\t]*[!-~])?$/.test(value) && value.length <= 1024, field, 'It must be a value in one line of ASCII.'),
    ...needed.flatMap(({ path, holds, why }) => unless(!path.test(sysctlPath(key)) || holds(value), field, why)),
  ];
}

/** What Novadock and the engine need of the kernel's settings themselves. */
const needed = [
  { path: /^net\/ipv4\/(ip_forward|conf\/[^/]+\/forwarding)$/, holds: (value: string) => value === '1', why: 'The host routes for the networks of its instances: it must be 1.' },
  { path: /^user\/max_[a-z]+_namespaces$/, holds: (value: string) => Number(value) >= 1024, why: 'Instances and their networks lie in namespaces of their own: it must be 1024 or more.' },
  { path: /^kernel\/modules_disabled$/, holds: (value: string) => value === '0', why: 'The engine has modules loaded when it needs them, and nothing but a boot takes this back: leave it out.' },
];

const proxyPassword = 'A user and a password in it would show in logs and diffs. Leave them out here, and give them to the engine on the host, by a file of your own that comes after ours: docs/host-setup.md, "A proxy that wants a password".';

/** What dockerd itself refuses as well is said first. */
const settingSecrets: Record<string, string> = {
  'registry-mirrors': 'The engine takes no user and no password in the URL of a mirror, and they would show in logs and diffs. Leave them out: a mirror has to let the host in without. What wants a login is pulled by its own name, after `docker login` on the host.',
  proxies: 'A user and a password in it would show in logs and diffs. Leave it out here, and use engine.proxy: docs/host-setup.md, "A proxy that wants a password".',
};
const settingSecret = 'A password or a token in it would show in logs and diffs. Leave it out here, and write it into /etc/docker/daemon.json of the host: what is there and the profile does not name stays.';

/** Credentials would stand in diffs, logs and files that all can read. */
function urlProblems(field: string, url: string, why = 'A user and a password in it would show in logs and diffs: leave them out.'): ProfileProblem[] {
  if (!/^https?:\/\/[A-Za-z0-9[][^\s"'`$;|&<>\\%]*$/.test(url)) return [{ field, message: 'It must be a URL that begins with http:// or https://.' }];
  return unless(!holdsSecret(url), field, why);
}

function unless(holds: boolean, field: string, message: string): ProfileProblem[] {
  return holds ? [] : [{ field, message }];
}
