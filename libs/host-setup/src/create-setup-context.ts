import { join } from 'node:path';
import Docker from 'dockerode';
import { detectHost } from './detect-host.ts';
import { hostPaths, type HostPaths } from './host-paths.ts';
import { launchDaemon } from './launch-daemon.ts';
import { runCommand } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

const filesFolder = join(import.meta.dirname, '../files');

/**
 * The context for this very host. `imageFolder` holds hello-amd64.tar and hello-arm64.tar; `runtime` is the wrapper to
 * install, by default the one beside this library's sources.
 */
export async function createSetupContext(options: { imageFolder: string; runtime?: string; paths?: Partial<HostPaths> }): Promise<SetupContext> {
  const host = await detectHost();
  const paths = { ...hostPaths, ...options.paths };
  return {
    host,
    root: '/',
    paths,
    run: runCommand,
    launch: launchDaemon,
    connect: ({ timeoutMs }) => new Docker({ socketPath: paths.socket, timeout: timeoutMs }),
    shipped: { runtime: options.runtime ?? join(filesFolder, 'novadock-runtime'), smokeTestImage: join(options.imageFolder, `hello-${host.architecture}.tar`) },
    engineTimeoutMs: 60_000,
  };
}
