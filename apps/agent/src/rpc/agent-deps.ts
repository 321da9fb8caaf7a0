import type { Driver } from '@novadock/docker';
import type { ConnectEngine } from '@novadock/host-setup';
import type { StatusFeed } from '@novadock/rpc';
import type { Epoch } from '../epoch.ts';
import type { Reconciler } from '../reconcile.ts';

/** What the RPCs work with. */
export type AgentDeps = {
  driver: Driver;
  reconciler: Reconciler;
  feed: StatusFeed;
  epoch: Epoch;
  connectEngine: ConnectEngine;
  /** Fulfilled once the containers of the host are known. */
  synced: Promise<void>;
};
