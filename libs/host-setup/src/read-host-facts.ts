import { readFile, statfs } from 'node:fs/promises';
import { cpus, hostname, release, totalmem } from 'node:os';
import type Docker from 'dockerode';
import type { EngineFacts, HostFacts } from '@novadock/model';
import { detectHost } from './detect-host.ts';
import type { ConnectEngine } from './engine-answers.ts';
import { runtimeName } from './host-paths.ts';

/**
 * What this host is and has but for its set-up, read anew; never throws. An engine that does not answer within 5 s is `ready: false`, with the reason; what else
 * would be told of it is not known then, whether it has live-restore as little as its version.
 */
export async function readHostFacts(options: { connect: ConnectEngine; agentVersion: string }): Promise<Omit<HostFacts, 'setup'>> {
  const host = await detectHost();
  const { engine, dataRoot } = await readEngine(options.connect);
  const disk = await readDisk(dataRoot);
  return {
    hostname: hostname(),
    architecture: host.architecture,
    operatingSystem: host.operatingSystem,
    kernel: release(),
    // ARM kernels name no model.
    cpuModel: cpus()[0]?.model.trim() || host.architecture,
    vcpus: cpus().length,
    memoryMb: Math.floor(totalmem() / 2 ** 20),
    ...disk,
    agentVersion: options.agentVersion,
    bootedAtMs: await readBootedAtMs(),
    engine,
  };
}

/** What /info tells of an engine, as far as it is used here (Engine API, SystemInfo). */
type EngineInfo = { Driver?: string; CgroupVersion?: string; LiveRestoreEnabled?: boolean; Runtimes?: Record<string, unknown>; DockerRootDir?: string };

async function readEngine(connect: ConnectEngine): Promise<{ engine: EngineFacts; dataRoot: string | undefined }> {
  const absent = { version: '', apiVersion: '', storageDriver: '', cgroupVersion: '', liveRestore: false };
  try {
    const docker = connect({ timeoutMs: 5000 });
    const [version, info] = (await Promise.all([docker.version(), docker.info()])) as [Docker.DockerVersion, EngineInfo];
    return { engine: toEngineFacts(version, info), dataRoot: info.DockerRootDir };
  } catch (error) {
    const reason = `the Docker Engine does not answer: ${error instanceof Error ? error.message : String(error)}`;
    return { engine: { ready: false, reason, ...absent }, dataRoot: undefined };
  }
}

function toEngineFacts(version: Docker.DockerVersion, info: EngineInfo): EngineFacts {
  const ready = info.Runtimes?.[runtimeName] !== undefined;
  return {
    ready,
    reason: ready ? '' : `the Docker Engine has no runtime "${runtimeName}"; run the host's set-up`,
    version: version.Version,
    apiVersion: version.ApiVersion,
    storageDriver: info.Driver ?? '',
    // Engines before 20.10 do not tell, and know version 1 only.
    cgroupVersion: info.CgroupVersion ?? '1',
    liveRestore: info.LiveRestoreEnabled === true,
  };
}

/** The file system that holds the engine's data, or will. */
async function readDisk(dataRoot: string | undefined): Promise<{ diskGb: number; diskFreeGb: number }> {
  for (const folder of [dataRoot ?? '/var/lib/docker', '/var/lib', '/']) {
    const size = await statfs(folder).catch(() => undefined);
    if (size !== undefined) return { diskGb: Math.floor((size.blocks * size.bsize) / 2 ** 30), diskFreeGb: Math.floor((size.bavail * size.bsize) / 2 ** 30) };
  }
  return { diskGb: 0, diskFreeGb: 0 };
}

/** When PID 1 started: that is the boot, and in a host that is itself a container, the container's start (proc_pid_stat(5), field 22). */
async function readBootedAtMs(): Promise<number> {
  const kernelStart = /^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8').catch(() => ''))?.[1];
  const init = await readFile('/proc/1/stat', 'utf8').catch(() => '');
  // The name in field 2 may hold spaces and brackets; the fields behind it count from 3.
  const ticks = Number(init.slice(init.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
  const ticksPerSecond = 100;
  return Number(kernelStart ?? 0) * 1000 + Math.floor((ticks * 1000) / ticksPerSecond);
}
