import { join } from 'node:path';
import { loadPackageDefinition, type GrpcObject, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { AgentClient, AgentDefinition } from './generated/novadock/agent/v1/Agent.ts';

type AgentConstructor = new (...args: ConstructorParameters<ServiceClientConstructor>) => AgentClient;

/** The Agent service of agent.proto: its definition for a server, its constructor for a client. */
export function agentDefinition(): { service: AgentDefinition; Client: AgentConstructor } {
  const proto = join(import.meta.dirname, '../../../proto/novadock/agent/v1/agent.proto');
  // The options that tools/generate.ts makes the types with.
  const definition = loadSync(proto, { longs: Number, enums: String, defaults: true, oneofs: true });
  const root = loadPackageDefinition(definition) as unknown as { novadock: { agent: { v1: GrpcObject } } };
  const agent = root.novadock.agent.v1.Agent as ServiceClientConstructor;
  return { service: agent.service as unknown as AgentDefinition, Client: agent as unknown as AgentConstructor };
}
