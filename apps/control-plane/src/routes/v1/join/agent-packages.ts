import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `npm run package-agent` puts what hosts install. */
export const packagesFolder = join(import.meta.dirname, '../../../../../../dist/agent');

export const cpuTypes = ['amd64', 'arm64'] as const;
export type CpuType = (typeof cpuTypes)[number];

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
