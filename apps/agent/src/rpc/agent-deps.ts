import type { Driver } from '@novadock/docker';
import type { ConnectEngine } from '@novadock/host-setup';
import type { StatusFeed } from '@novadock/rpc';
import type { Epoch } from '../epoch.ts';
import type { Reconciler } from '../reconcile.ts';
import type { SetupRunner } from '../setup/open-setup-runner.ts';

/** What the RPCs work with. */
export type AgentDeps = {
  driver: Driver;
  reconciler: Reconciler;
  feed: StatusFeed;
  epoch: Epoch;
  connectEngine: ConnectEngine;
  /** Fulfilled once the containers of the host are known. */
  synced: Promise<void>;
  setups: SetupRunner;
  /** Takes the agent off this host; returns before it goes. */
  leaveHost: () => Promise<void>;
};
