import type { Cloud } from '@novadock/cloud';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** What routes and loops work with. `agentPackages`: the folder of what hosts install as their agent, where it is not the repository's. */
export type Deps = { cloud: Cloud; publicUrl: string | undefined; metrics: Metrics; agentPackages?: string | undefined };

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

/** A route: one verb on one resource, in a file of its own. */
export type Route = (app: App, deps: Deps) => void;

/** The URL that clients reach this control plane by, without a slash at the end: as configured, or as this client wrote it. */
export function baseUrl(deps: Deps, request: FastifyRequest): string {
  return deps.publicUrl ?? `${request.protocol}://${request.host}`;
}
