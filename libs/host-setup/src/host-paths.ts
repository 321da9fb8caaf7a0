/** Where things lie on a host; tests put an engine of their own elsewhere. */
export type HostPaths = typeof hostPaths;

export const hostPaths = {
  socket: '/var/run/docker.sock',
  daemonJson: '/etc/docker/daemon.json',
  enginePidFile: '/var/run/docker.pid',
  containerdPidFile: '/var/run/docker/containerd/containerd.pid',
  engineLog: '/var/log/novadock/dockerd.log',
  // libexec, since SELinux lets programs be run from there.
  runtime: '/usr/local/libexec/novadock/novadock-runtime',
  smokeTestRecord: '/var/lib/novadock/smoke-test.json',
};

/** The OCI runtime that instances run with, by its name in daemon.json. */
export const runtimeName = 'novadock';
