import { splitCommand, type InstanceSpec, type PortSpec, type Power } from '@novadock/model';
import type { SpecRow } from '@novadock/store';
import type { FlavorSnapshot } from './instance-view.ts';

/** The command line in an instance's metadata or its image's properties: the name that nova-docker gave it. */
export const commandKey = 'os_command_line';

/** Processes an instance may have: one for each MB of memory, within these bounds, unless the flavor says `quota:pids`. */
const pids = { min: 256, max: 32_768 } as const;

/** What the agent is told to make true of an instance. Throws `invalid` when its command line has an open quote. */
export function instanceSpec(row: SpecRow, ports: PortSpec[]): InstanceSpec {
  const metadata = row.metadata as Record<string, string>;
  const { extraSpecs } = row.flavor as FlavorSnapshot;
  const command = metadata[commandKey] ?? row.imageCommand;
  return {
    id: row.id,
    name: row.name,
    hostname: row.hostname,
    projectId: row.projectId,
    power: row.power as Power,
    restarts: row.restarts,
    restartHard: row.restartHard,
    image: { id: row.imageId, engineId: row.engineId ?? '' },
    vcpus: row.vcpus,
    memoryMb: row.memoryMb,
    pidsLimit: Number(extraSpecs['quota:pids'] ?? Math.min(Math.max(row.memoryMb, pids.min), pids.max)),
    stopTimeoutSeconds: 10,
    env: environment(metadata),
    command: command === null || command === '' ? [] : splitCommand(command),
    authorizedKeys: row.publicKey === null ? [] : [row.publicKey.trim()],
    ports,
  };
}

/** Metadata becomes environment, where its key can be a variable's name. */
function environment(metadata: Record<string, string>): string[] {
  return Object.entries(metadata)
    .filter(([key]) => key !== commandKey && /^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
    .map(([key, value]) => `${key}=${value}`);
}
