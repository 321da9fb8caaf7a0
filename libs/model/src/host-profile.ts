/** What a host should be, beside its instances: HostProfile of agent.proto, which documents each field. */
export type HostProfile = {
  name: string;
  revision: number;
  engine: EngineProfile;
  dockerGroup: string[];
  smokeTestPull: string;
  agentVersion: string;
  sysctl: Record<string, string>;
  /** Ids of Novadock's images that the host's engine is to have before they are needed. The control plane brings them; agents are not told. */
  images: string[];
  /** A host that was away takes no instances before a rollout has brought it here, even while that may begin no host. Agents are not told. */
  strict: boolean;
  novaDocker: NovaDockerProfile | undefined;
};

export type EngineSource = 'distribution' | 'docker-ce' | 'present';

export type EngineProfile = {
  source: EngineSource;
  version: string;
  repository: PackageRepository | undefined;
  /** What daemon.json is to have, key by key. */
  settings: Record<string, unknown>;
  proxy: EngineProxy | undefined;
  socketMode: '0660' | '0666';
};

export type PackageRepository = { url: string; key: string; codename: string; channel: string };
export type EngineProxy = { http: string; https: string; noProxy: string };
export type NovaDockerProfile = { package: string; indexUrl: string; virtualenv: string; compute: boolean; glance: boolean };

/** Of the profile `default` at its first revision, and of what other profiles leave out: the distribution's engine, whose logs do not fill the disk. */
export const defaultHostProfile: Omit<HostProfile, 'name' | 'revision'> = {
  engine: {
    source: 'distribution',
    version: '',
    repository: undefined,
    settings: { 'live-restore': true, 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m', 'max-file': '3' } },
    proxy: undefined,
    socketMode: '0660',
  },
  dockerGroup: [],
  smokeTestPull: '',
  agentVersion: '',
  sysctl: {},
  images: [],
  strict: false,
  novaDocker: undefined,
};
