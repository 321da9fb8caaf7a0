import { apiUrl, type CloudAuth } from './cloud-auth.ts';
import { catalogCalls } from './calls/catalog-calls.ts';
import { eventCalls } from './calls/event-calls.ts';
import { hostCalls } from './calls/host-calls.ts';
import { imageCalls } from './calls/image-calls.ts';
import { instanceCalls } from './calls/instance-calls.ts';
import { joinTokenCalls } from './calls/join-token-calls.ts';
import { profileCalls } from './calls/profile-calls.ts';
import { rolloutCalls } from './calls/rollout-calls.ts';
import { setupCalls } from './calls/setup-calls.ts';
import { connect } from './connect.ts';
import type { Trust } from './send.ts';
import { tokenSource } from './token-source.ts';

export type ClientOptions = {
  auth: CloudAuth;
  /** Where the control plane is; where one signs in, unless said. */
  url?: string;
  /** By what the control plane is believed, where it is behind https. */
  trust?: Trust;
  /** How often a call is tried that gets no answer. */
  attempts?: number;
  /** Ends all calls. */
  signal?: AbortSignal;
};

export type Client = ReturnType<typeof createClient>;

/**
 * A client of /v1, which signs in when it first has to. Each call throws the CloudError that the control plane answered, or `unavailable`.
 * Where a call takes `idOrName`, a name has to be the only one of its kind.
 */
export function createClient({ auth, url = apiUrl(auth), trust, attempts, signal }: ClientOptions) {
  const connection = connect({ url, tokens: tokenSource(auth, trust), trust, attempts, signal });
  return {
    instances: instanceCalls(connection),
    images: imageCalls(connection),
    catalog: catalogCalls(connection),
    hosts: hostCalls(connection),
    setups: setupCalls(connection),
    profiles: profileCalls(connection),
    rollouts: rolloutCalls(connection),
    joinTokens: joinTokenCalls(connection),
    events: eventCalls(connection),
  };
}
