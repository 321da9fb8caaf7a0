import type { SetupState } from '@novadock/model';
import type { RolloutView } from '../rollouts/rollout-view.ts';

/** What can be wrong, the worst first. */
export const brokenKinds = ['host_down', 'engine_not_ready', 'rollout_failed', 'setup_failed', 'drifted', 'instance_error'] as const;
export type BrokenKind = (typeof brokenKinds)[number];

/** Something that is broken, and why. */
export type Broken = {
  kind: BrokenKind;
  /** Of the host or the instance. */
  id: string;
  name: string;
  /** Since when; undefined: not known. */
  since: Date | undefined;
  message: string;
  code: string | undefined;
  step: string | undefined;
  /** The last of what its step printed. */
  logTail: string | undefined;
  /** The rollout in which a host failed: r-1. */
  rollout: string | undefined;
};

export type FleetView = {
  at: Date;
  hosts: { total: number; up: number; down: number; notReady: number; disabled: number; cordoned: number; revoked: number; behind: number; setup: Record<SetupState, number> };
  instances: { total: number; active: number; stopped: number; paused: number; building: number; error: number };
  /** The newest that have not ended, those under way first, then the last that have. */
  rollouts: RolloutView[];
  broken: { total: number; counts: Record<BrokenKind, number>; items: Broken[] };
};
