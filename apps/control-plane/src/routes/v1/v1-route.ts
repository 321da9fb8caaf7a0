import type { EventFeed, SetupFeed } from '@novadock/cloud';
import type { App, Deps } from '../../deps.ts';

/** What the routes of /v1 work with. */
export type V1 = Deps & { feed: EventFeed; setups: SetupFeed };

/** A route of /v1: one verb on one resource, in a file of its own. */
export type V1Route = (app: App, v1: V1) => void;
