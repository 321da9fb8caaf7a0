/** Where things lie on a host; tests put an engine of their own elsewhere. */
export type HostPaths = typeof hostPaths;

export const hostPaths = {
  socket: '/var/run/docker.sock',
  daemonJson: '/etc/docker/daemon.json',
  enginePidFile: '/var/run/docker.pid',
  containerdPidFile: '/var/run/docker/containerd/containerd.pid',
  engineLog: '/var/log/novadock/dockerd.log',
  /** Where an engine keeps images and containers, unless its daemon.json says otherwise. */
  engineData: '/var/lib/docker',
  // libexec, since SELinux lets programs be run from there.
  runtime: '/usr/local/libexec/novadock/novadock-runtime',
  smokeTestRecord: '/var/lib/novadock/smoke-test.json',
  /** There while a daemon.json that the set-up wrote has not been seen to work; holds what was there before. */
  unprovenConfig: '/var/lib/novadock/unproven-daemon-json.json',
  /** Package files of the engine that is here and of the one before, for the way back without a network. */
  keptPackages: '/var/lib/novadock/packages',
  /** What is to be installed, downloaded; not below /var/lib/novadock, for apt fetches as a user that may not look in there. */
  fetchedPackages: '/var/cache/novadock/packages',
  /** There while the engine's packages are changed for another version. */
  engineChange: '/var/lib/novadock/engine-change.json',
  sysctl: '/etc/sysctl.d/90-novadock.conf',
  socketDropIn: '/etc/systemd/system/docker.socket.d/novadock.conf',
  /** What gives the engine its environment. */
  proxy: { systemd: '/etc/systemd/system/docker.service.d/novadock-proxy.conf', openrc: '/etc/conf.d/docker', sysvinit: '/etc/default/docker' },
};

/** The OCI runtime that instances run with, by its name in daemon.json. */
export const runtimeName = 'novadock';
