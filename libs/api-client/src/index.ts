export { createClient, type Client, type ClientOptions } from './create-client.ts';
export { apiUrl, authFromEnv, type CloudAuth } from './cloud-auth.ts';
export type { Trust } from './send.ts';
export type { Upload } from './to-outgoing.ts';
export type { NewRollout } from './calls/rollout-calls.ts';
export type { NewSetupRun } from './calls/setup-calls.ts';
export type { InstanceVerb, LogRequest, Wait } from './calls/instance-calls.ts';
export type { CloudEvent, EventFilter, Flavor, Host, HostProfile, Image, Instance, InstanceStats, JoinToken, Network, NewImage, NewInstance, NewJoinToken, ProfileChange, Rollout, RolloutHost, RolloutLog, RolloutPlan, SetupEntry, SetupFailure, SetupRun, SetupStep } from './types.ts';
