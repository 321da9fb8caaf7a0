/** A part of a number of hosts: so many, or hundredths of a percent of them (integers, so that 1.15% of 2000 is 23). */
export type Share = { count: number } | { basisPoints: number };

/** What happens when failures exceed what is allowed. */
export type FailureAction = 'pause' | 'rollback' | 'continue';

/** The three ways in which a host can fail. */
export type FailureKind = 'failed' | 'timed_out' | 'lost';

/** `days` count from 0, Sunday. `startMinutes` after midnight, in the time zone. */
export type MaintenanceWindow = { days: number[]; startMinutes: number; tz: string; lengthMs: number; onClose: 'finish-host' };

/** How a rollout goes about it: rollout.md, section 2, with its defaults filled in. */
export type Strategy = {
  canary: { count: number; hosts: string[]; bakeMs: number; onFailure: FailureAction };
  /** Cumulative. The last covers all. */
  waves: Share[];
  /** `perZone`: so many hosts of a zone at once, or one zone at a time. */
  maxInFlight: { hosts: Share; perZone: number | 'one-zone' | undefined };
  /** Each `after` hosts that came out healthy multiply the rate by `factor`. */
  ratePerMinute: { hosts: number; growth: { factor: number; after: number } | undefined } | undefined;
  failure: { max: Share; consecutive: number; count: FailureKind[]; action: FailureAction };
  health: { minHealthyMs: number; hostDeadlineMs: number; progressDeadlineMs: number };
  drain: { mode: 'none' | 'cordon' | 'drain'; timeoutMs: number };
  offline: { policy: 'catch-up' | 'wait' | 'fail'; afterMs: number };
  lateJoiners: boolean;
  window: MaintenanceWindow | undefined;
  approval: 'none' | 'before-start' | 'between-waves';
  locks: 'honour' | 'force';
  /** Whether it takes over hosts that are to come in rollouts before it (R9); if not, it does not start while there are such. */
  supersede: boolean;
};
