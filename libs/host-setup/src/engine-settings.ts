import { isDeepStrictEqual } from 'node:util';

/** What daemon.json holds. */
export type EngineSettings = Record<string, unknown>;

/** What an engine of 20.10 or newer takes over on SIGHUP (dockerd, "Configuration reload behavior"); all else takes a restart. */
const reloadable = new Set([
  'allow-nondistributable-artifacts', 'authorization-plugins', 'debug', 'default-runtime', 'features', 'insecure-registries', 'labels', 'live-restore',
  'max-concurrent-downloads', 'max-concurrent-uploads', 'max-download-attempts', 'registry-mirrors', 'runtimes', 'shutdown-timeout',
]);

/** With another one of these the engine no longer sees the containers and images that it has. */
const movesData = new Set(['containerd', 'data-root', 'exec-root', 'storage-driver', 'userns-remap']);

/** Flags that are not named as their key in the file is. */
const flags: Record<string, string> = {
  'authorization-plugins': 'authorization-plugin', 'default-address-pools': 'default-address-pool', 'exec-opts': 'exec-opt', hosts: 'host',
  'insecure-registries': 'insecure-registry', labels: 'label', 'log-opts': 'log-opt', 'registry-mirrors': 'registry-mirror', runtimes: 'add-runtime', 'storage-opts': 'storage-opt',
};

/** `wanted` over `present`, key by key, and so within objects. Lists are replaced, and the options of another log driver with it. */
export function mergeSettings(present: EngineSettings, wanted: EngineSettings): EngineSettings {
  const otherDriver = 'log-driver' in wanted && wanted['log-driver'] !== (present['log-driver'] ?? 'json-file');
  const kept = otherDriver ? Object.fromEntries(Object.entries(present).filter(([key]) => key !== 'log-opts')) : present;
  const merged = Object.entries(wanted).map(([key, value]) => [key, isObject(value) && isObject(kept[key]) ? mergeObjects(kept[key], value) : value]);
  return { ...kept, ...Object.fromEntries(merged) };
}

function mergeObjects(present: EngineSettings, wanted: EngineSettings): EngineSettings {
  return { ...present, ...wanted };
}

export function changedKeys(before: EngineSettings, after: EngineSettings): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

/** Those of the keys that the engine takes over only when it starts. */
export function restartKeys(keys: string[]): string[] {
  return keys.filter((key) => !reloadable.has(key));
}

export function movingKeys(keys: string[]): string[] {
  return keys.filter((key) => movesData.has(key));
}

/** Keys that are among the arguments of dockerd as well: with one in both, it does not start. */
export function keysInArguments(keys: string[], args: string[]): string[] {
  return keys.filter((key) => args.some((arg) => arg.split('=')[0] === `--${flags[key] ?? key}`));
}

export function isObject(value: unknown): value is EngineSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const types = {
  boolean: { is: (value: unknown) => typeof value === 'boolean', says: 'true or false' },
  number: { is: (value: unknown) => Number.isInteger(value), says: 'a whole number' },
  string: { is: (value: unknown) => typeof value === 'string', says: 'a string' },
  strings: { is: (value: unknown) => Array.isArray(value) && value.every((entry) => typeof entry === 'string'), says: 'a list of strings' },
  options: { is: (value: unknown) => isObject(value) && Object.values(value).every((entry) => typeof entry === 'string'), says: 'an object of strings' },
  object: { is: isObject, says: 'an object' },
  pools: { is: (value: unknown) => Array.isArray(value) && value.every((pool) => isObject(pool) && typeof pool['base'] === 'string' && Number.isInteger(pool['size'])), says: 'a list of {"base": "10.0.0.0/8", "size": 24}' },
};

const typeOf: Record<string, keyof typeof types> = {
  bip: 'string', bridge: 'string', 'data-root': 'string', debug: 'boolean', 'default-address-pools': 'pools', 'default-runtime': 'string', dns: 'strings', 'dns-search': 'strings', 'exec-opts': 'strings',
  experimental: 'boolean', features: 'object', 'fixed-cidr': 'string', group: 'string', hosts: 'strings', icc: 'boolean', 'insecure-registries': 'strings', 'ip-forward': 'boolean', iptables: 'boolean', ipv6: 'boolean',
  labels: 'strings', 'live-restore': 'boolean', 'log-driver': 'string', 'log-level': 'string', 'log-opts': 'options', 'max-concurrent-downloads': 'number', 'max-concurrent-uploads': 'number', mtu: 'number',
  'no-new-privileges': 'boolean', 'registry-mirrors': 'strings', runtimes: 'object', 'selinux-enabled': 'boolean', 'shutdown-timeout': 'number', 'storage-driver': 'string', 'storage-opts': 'strings', 'userland-proxy': 'boolean',
};

/** What no engine would take, in words; an engine of 23 or newer is asked itself as well. */
export function settingProblems(settings: EngineSettings): string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const type = typeOf[key] === undefined ? undefined : types[typeOf[key]];
    return type === undefined || type.is(value) ? [] : [`"${key}" must be ${type.says}`];
  });
}

/** What /info tells of settings that are in effect (Engine API, SystemInfo). */
export type RunningSettings = {
  LiveRestoreEnabled?: boolean;
  Runtimes?: Record<string, { path?: string }>;
  DefaultRuntime?: string;
  LoggingDriver?: string;
  RegistryConfig?: { Mirrors?: string[] | null };
  Swarm?: { LocalNodeState?: string };
};

export function inSwarm(running: RunningSettings | undefined): boolean {
  return !['inactive', '', undefined].includes(running?.Swarm?.LocalNodeState);
}

/** Those of the keys that the engine that runs does not go by, as far as it tells. */
export function keysNotInEffect(settings: EngineSettings, running: RunningSettings): string[] {
  const { runtimes } = settings;
  const told: Record<string, unknown> = {
    'live-restore': running.LiveRestoreEnabled,
    'log-driver': running.LoggingDriver,
    'default-runtime': running.DefaultRuntime,
    'registry-mirrors': running.RegistryConfig?.Mirrors?.map(withoutSlash),
    runtimes: isObject(runtimes) ? Object.fromEntries(Object.keys(runtimes).map((name) => [name, running.Runtimes?.[name]?.path])) : undefined,
  };
  const wanted: EngineSettings = {
    ...settings,
    ...(Array.isArray(settings['registry-mirrors']) ? { 'registry-mirrors': settings['registry-mirrors'].map(String).map(withoutSlash) } : {}),
    ...(isObject(runtimes) ? { runtimes: Object.fromEntries(Object.entries(runtimes).map(([name, runtime]) => [name, isObject(runtime) ? runtime['path'] : undefined])) } : {}),
  };
  return Object.keys(told).filter((key) => key in settings && told[key] !== undefined && !isDeepStrictEqual(told[key], wanted[key]));
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}
