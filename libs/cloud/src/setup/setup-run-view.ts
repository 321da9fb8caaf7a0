import type { HostProfile, SetupEnd, SetupKind, SetupStepChange } from '@novadock/model';
import type { SetupRun } from '@novadock/store';

/** A run of a host's set-up as use cases return it. */
export type SetupRunView = {
  id: string;
  hostId: string;
  hostName: string;
  kind: SetupKind;
  profile: { name: string; revision: number } | undefined;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  steps: SetupStepChange[];
  ended: SetupEnd | undefined;
  lastSeq: number;
  /** Since when the host, whose turn it is, does not answer; undefined: it does, or the run has ended. */
  waitingSince: Date | undefined;
};

type RunHost = { name: string; up: boolean; lastSeenAt: Date | null };

export function toSetupRunView(row: SetupRun, host: RunHost): SetupRunView {
  const profile = row.profile as unknown as HostProfile | null;
  const { id, hostId, createdAt, startedAt, finishedAt, lastSeq } = row;
  return {
    id, hostId, createdAt, startedAt, finishedAt, lastSeq,
    hostName: host.name,
    kind: row.kind as SetupKind,
    profile: profile === null ? undefined : { name: profile.name, revision: profile.revision },
    steps: row.steps as unknown as SetupStepChange[],
    ended: (row.ended as unknown as SetupEnd | null) ?? undefined,
    waitingSince: finishedAt === null && !host.up ? (host.lastSeenAt ?? createdAt) : undefined,
  };
}
