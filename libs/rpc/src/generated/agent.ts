import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AgentClient as _novadock_agent_v1_AgentClient, AgentDefinition as _novadock_agent_v1_AgentDefinition } from './novadock/agent/v1/Agent.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  novadock: {
    agent: {
      v1: {
        Agent: SubtypeConstructor<typeof grpc.Client, _novadock_agent_v1_AgentClient> & { service: _novadock_agent_v1_AgentDefinition }
        ApplyInstanceReply: MessageTypeDefinition
        ApplyInstanceRequest: MessageTypeDefinition
        EngineFacts: MessageTypeDefinition
        FixedIp: MessageTypeDefinition
        GetHostFactsRequest: MessageTypeDefinition
        GetImageReply: MessageTypeDefinition
        GetImageRequest: MessageTypeDefinition
        GetInstanceStatsRequest: MessageTypeDefinition
        HostFacts: MessageTypeDefinition
        HostRoute: MessageTypeDefinition
        ImageRef: MessageTypeDefinition
        InstanceError: MessageTypeDefinition
        InstanceList: MessageTypeDefinition
        InstanceSpec: MessageTypeDefinition
        InstanceStats: MessageTypeDefinition
        InstanceStatus: MessageTypeDefinition
        InstancesUpdate: MessageTypeDefinition
        InterfaceStats: MessageTypeDefinition
        LogChunk: MessageTypeDefinition
        NetworkSpec: MessageTypeDefinition
        PortSpec: MessageTypeDefinition
        Power: EnumTypeDefinition
        PutImageReply: MessageTypeDefinition
        PutImageRequest: MessageTypeDefinition
        ReadLogsRequest: MessageTypeDefinition
        SubnetSpec: MessageTypeDefinition
        WatchInstancesRequest: MessageTypeDefinition
      }
    }
  }
}

