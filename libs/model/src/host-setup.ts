import type { HostProfile } from './host-profile.ts';
import type { InstanceError } from './instance.ts';

/** `check` only looks; `stage` fetches what `apply` will need; `undo` takes back what `apply` changed, in reverse order. */
export type SetupKind = 'check' | 'stage' | 'apply' | 'undo';

/** A run of a host's set-up: StartSetupRequest of agent.proto. `profile` is not there with `undo`. */
export type StartSetup = { runId: string; kind: SetupKind; profile: HostProfile | undefined; epoch: number; controllerUrl: string };

/** One entry of a run's journal, numbered from 1: SetupEntry of agent.proto. */
export type SetupEntry = { seq: number; atMs: number } & ({ step: SetupStepChange } | { output: SetupOutput } | { ended: SetupEnd });

export type SetupStepState = 'runs' | 'ok' | 'wouldChange' | 'changed' | 'failed';
/** `packages`, with `wouldChange`: what the host would have of the profile's engine then, as far as that is known to the version. */
export type SetupStepChange = { name: string; title: string; state: SetupStepState; detail: string; files: FileChange[]; durationMs: number; packages?: ExactPackage[] };
/** A package as repositories have it. */
export type ExactPackage = { name: string; version: string };
export type FileChange = { path: string; diff: string };
export type SetupOutput = { step: string; text: string };
export type SetupEnd = { succeeded: boolean; changed: number; error: SetupError | undefined };
/** `code`: one of CloudError, or a stable reason such as ENGINE_CONFIG_INVALID. */
export type SetupError = InstanceError;

/** How far a host is what its profile says: SetupFacts of agent.proto. */
export type SetupFacts = { profile: string; revision: number; steps: StepFacts[]; checkedAtMs: number };
export type StepFacts = { name: string; title: string; ok: boolean; detail: string };
