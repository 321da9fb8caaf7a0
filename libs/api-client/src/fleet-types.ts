import type { Rollout } from './types.ts';

export type BrokenKind = 'host_down' | 'engine_not_ready' | 'rollout_failed' | 'setup_failed' | 'drifted' | 'instance_error';

/** Something that is broken, and why. */
export type Broken = {
  kind: BrokenKind;
  /** Of the host or the instance. */
  id: string;
  name: string;
  since: string | null;
  /** Why, and what to do. */
  message: string;
  code: string | null;
  step: string | null;
  logTail: string | null;
  /** In which the host failed: r-1. */
  rollout: string | null;
};

/** The fleet in numbers, the rollouts that are under way, and what is broken. */
export type Fleet = {
  at: string;
  hosts: {
    total: number;
    up: number;
    down: number;
    notReady: number;
    disabled: number;
    cordoned: number;
    revoked: number;
    behind: number;
    setup: { none: number; ok: number; drifted: number; running: number; failed: number };
  };
  instances: { total: number; active: number; stopped: number; paused: number; building: number; error: number };
  rollouts: Rollout[];
  broken: { total: number; counts: Record<BrokenKind, number>; items: Broken[] };
};
