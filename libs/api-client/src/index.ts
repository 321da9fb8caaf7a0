export { createClient, type Client, type ClientOptions } from './create-client.ts';
export { apiUrl, authFromEnv, type CloudAuth } from './cloud-auth.ts';
export type { Upload } from './to-outgoing.ts';
export type { InstanceVerb, LogRequest, Wait } from './calls/instance-calls.ts';
export type { CloudEvent, EventFilter, Flavor, Host, Image, Instance, InstanceStats, JoinToken, Network, NewImage, NewInstance, NewJoinToken } from './types.ts';
