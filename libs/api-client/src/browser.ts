// What runs in a browser too: the rest of this library speaks through node:http.
export { readMessages } from './read-messages.ts';
export type { Broken, BrokenKind, Fleet } from './fleet-types.ts';
export type { CloudEvent, Rollout } from './types.ts';
