import type { ConnectEngine } from './engine-answers.ts';
import type { Host } from './detect-host.ts';
import type { HostPaths } from './host-paths.ts';
import type { LaunchDaemon } from './launch-daemon.ts';
import type { RunCommand } from './run-command.ts';

/** What steps work on and with. All they read and change is below `root` or goes through `run`, `launch` and `connect`. */
export type SetupContext = {
  host: Host;
  root: string;
  paths: HostPaths;
  run: RunCommand;
  launch: LaunchDaemon;
  connect: ConnectEngine;
  /** Files that Novadock ships, as they lie beside this process. */
  shipped: { runtime: string; smokeTestImage: string };
  /** How long an engine may take to start or stop answering. */
  engineTimeoutMs: number;
};

/** `todo` is what `apply` would do, in words for the user: "install docker.io with apt-get". */
export type Check = { ok: true; detail: string } | { ok: false; why: string; todo: string };

/** One thing a host needs. `apply` brings it about and is repeatable; whether it did is asked with `check` again. */
export type SetupStep = {
  name: string;
  title: string;
  check(ctx: SetupContext): Promise<Check>;
  apply(ctx: SetupContext): Promise<void>;
};
