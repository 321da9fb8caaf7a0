import { CloudError } from '@novadock/model';
import type { AgentPackage, CpuType } from './agent-packages.ts';

export type JoinValues = {
  /** Where hosts reach the control plane. */
  url: string;
  /** The key that it shows them, as `curl --pinnedpubkey` takes it. */
  pin: string;
  cloudId: string;
  packages: Record<CpuType, AgentPackage | undefined>;
};

/** join.sh with its values. Throws `invalid` for a URL, as its client wrote it, that a shell could take for more than that. */
export function fillJoinScript(template: string, { url, pin, cloudId, packages }: JoinValues): string {
  if (!/^https:\/\/[\w.:[\]%/-]+$/.test(url)) throw new CloudError('invalid', 'The Host header is no name or address. Set NOVADOCK_PUBLIC_URL to the URL that hosts are to use.');
  const values = { url, pin, cloud: cloudId, amd64: describe(packages.amd64), arm64: describe(packages.arm64) };
  const lines = Object.entries(values).map(([name, value]) => `${name}='${value}'`);
  return template.replace('# @values@', () => lines.join('\n'));
}

/** Its version, its checksum, and the KiB that it takes while it is installed. */
function describe(agent: AgentPackage | undefined): string {
  if (agent === undefined) return '';
  return `${agent.version} ${agent.sha256} ${Math.ceil((agent.bytes + agent.unpackedBytes) / 1024)}`;
}
