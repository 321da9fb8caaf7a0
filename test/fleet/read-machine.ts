import type { BareHost } from '../harness/bare-host/bare-host.ts';

/** What a rollout may change on a host and what it must not, as the host itself has it. */
export type Machine = {
  enginePid: string;
  /** What the engine that runs says that it is. */
  engineVersion: string;
  /** Versions of the packages, and how dpkg has them. */
  packages: string;
  daemonJson: unknown;
  /** Id and start of each container that runs. */
  containers: string;
  /** How often systemd has started the engine since the host booted. */
  engineStarts: number;
};

const questions = [
  'pidof dockerd',
  "docker version --format '{{.Server.Version}}'",
  "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev};' docker.io containerd runc",
  'tr -d "\\n" < /etc/docker/daemon.json',
  "docker ps -q --no-trunc | xargs -r docker inspect --format '{{.Id}} {{.State.StartedAt}}' | sort | tr '\\n' ';'",
  "journalctl -b -u docker --no-pager -o cat | grep -c '^Started docker.service'",
];

/** Asks a host that has an engine. */
export async function readMachine(host: BareHost): Promise<Machine> {
  const answers = await host.run(questions.map((question) => `printf '%s\\n' "$(${question})"`).join('\n'));
  const [enginePid = '', engineVersion = '', packages = '', daemonJson = '', containers = '', starts = ''] = answers.split('\n');
  return { enginePid, engineVersion, packages, daemonJson: JSON.parse(daemonJson) as unknown, containers, engineStarts: Number(starts) };
}
