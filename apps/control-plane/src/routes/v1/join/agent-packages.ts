import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';

/** Where `npm run package-agent` puts what hosts install, and where it is taken from unless another folder is configured. */
export const packagesFolder = join(import.meta.dirname, '../../../../../../dist/agent');

export const cpuTypes = ['amd64', 'arm64'] as const;
export type CpuType = (typeof cpuTypes)[number];

/** Their names in the API. */
export const archives = cpuTypes.map((cpu) => `novadock-agent-linux-${cpu}.tar.gz` as const);

/** Of an agent's archive. */
export type AgentPackage = { file: string; version: string; sha256: string; bytes: number; unpackedBytes: number };

/** The archive for a CPU type; undefined when it is not made yet. */
export async function findAgentPackage(folder: string, cpu: CpuType): Promise<AgentPackage | undefined> {
  const file = join(folder, `novadock-agent-linux-${cpu}.tar.gz`);
  const text = await readFile(file.replace(/tar\.gz$/, 'json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : { file, ...(JSON.parse(text) as Omit<AgentPackage, 'file'>) };
}

/** The same by the archive's name. Throws `notFound` (agentPackageMissing) when it is not made yet. */
export async function assertAgentPackage(folder: string, archive: (typeof archives)[number]): Promise<AgentPackage> {
  const cpu = cpuTypes[archives.indexOf(archive)] ?? 'amd64';
  const agent = await findAgentPackage(folder, cpu);
  if (agent === undefined) throw new CloudError('notFound', `There is no agent for ${cpu} yet. Run \`npm run package-agent -- ${cpu}\` in the folder of the control plane.`, { reason: 'agentPackageMissing' });
  return agent;
}
