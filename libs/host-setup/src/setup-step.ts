import type { ExactPackage, FileChange, HostProfile } from '@novadock/model';
import type { ChangeRecord } from './change-record.ts';
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
  /** What the host is to be. */
  profile: HostProfile;
  /** Where the host is to reach the control plane; undefined for a set-up by hand. */
  controllerUrl: string | undefined;
  /** Where the agent keeps its key and certificate; undefined where there is none that is enrolled. */
  identityFolder: string | undefined;
  /** What Novadock changed here: to be told before each change. */
  changes: ChangeRecord;
  run: RunCommand;
  launch: LaunchDaemon;
  connect: ConnectEngine;
  /** Files that Novadock ships, as they lie beside this process. */
  shipped: { runtime: string; smokeTestImage: string };
  /** How long an engine may take to start or stop answering. */
  engineTimeoutMs: number;
  /** Somebody waits for what would be done exactly: a check may take seconds for it and ask repositories. Not so each minute, nor where it is done next. */
  isPreview?: boolean;
};

/** `todo` is what `apply` would do, in words for the user: "install docker.io with apt-get"; `files` those it would change; `packages` what the host would have of the profile's engine then, as far as a preview finds out. */
export type Check = { ok: true; detail: string } | { ok: false; why: string; todo: string; files?: FileChange[]; packages?: ExactPackage[] };

/** One thing a host needs. */
export type SetupStep = {
  name: string;
  title: string;
  /** Whether a profile is about this at all: else it is not run, nor shown. Undo asks every step, since it knows no profile. */
  isWanted?(profile: HostProfile): boolean;
  /** Only looks. Throws where `apply` could not help, with what to do. */
  check(ctx: SetupContext): Promise<Check>;
  /** Fetches what `apply` will need from elsewhere, and changes nothing that runs; repeatable. Returns what it fetched in words, "" for nothing. */
  stage?(ctx: SetupContext): Promise<string>;
  /** Brings it about, and is repeatable: from wherever a run of it was cut off. Whether it did is asked with `check` again. */
  apply(ctx: SetupContext): Promise<void>;
  /** Takes back what `apply` changed, as `ctx.changes` has it, and is repeatable; returns what it did in words, "" for nothing. */
  undo(ctx: SetupContext): Promise<string>;
};
