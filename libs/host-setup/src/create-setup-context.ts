import { join } from 'node:path';
import Docker from 'dockerode';
import type { HostProfile } from '@novadock/model';
import { detectHost } from './detect-host.ts';
import { hostPaths, type HostPaths } from './host-paths.ts';
import { launchDaemon } from './launch-daemon.ts';
import { openChangeRecord } from './open-change-record.ts';
import { runCommand } from './run-command.ts';
import type { SetupContext } from './setup-step.ts';

const filesFolder = join(import.meta.dirname, '../files');

/** `imageFolder` holds hello-amd64.tar and hello-arm64.tar; `runtime` is the wrapper to install, by default the one beside this library's sources. */
export type SetupContextOptions = {
  imageFolder: string;
  profile: HostProfile;
  /** Undefined for a set-up by hand. */
  controllerUrl: string | undefined;
  /** Where it is remembered what was changed on this host. */
  changesFolder: string;
  /** Where the agent keeps its key and certificate, once it is enrolled. */
  identityFolder?: string;
  runtime?: string;
  paths?: Partial<HostPaths>;
};

/** The context for this very host. */
export async function createSetupContext(options: SetupContextOptions): Promise<SetupContext> {
  const host = await detectHost();
  const paths = { ...hostPaths, ...options.paths };
  return {
    host,
    root: '/',
    paths,
    profile: options.profile,
    controllerUrl: options.controllerUrl,
    identityFolder: options.identityFolder,
    changes: await openChangeRecord({ folder: options.changesFolder, root: '/' }),
    run: runCommand,
    launch: launchDaemon,
    connect: ({ timeoutMs }) => new Docker({ socketPath: paths.socket, timeout: timeoutMs }),
    shipped: { runtime: options.runtime ?? join(filesFolder, 'novadock-runtime'), smokeTestImage: join(options.imageFolder, `hello-${host.architecture}.tar`) },
    engineTimeoutMs: 60_000,
  };
}
