import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AgentClient as _novadock_agent_v1_AgentClient, AgentDefinition as _novadock_agent_v1_AgentDefinition } from './novadock/agent/v1/Agent.ts';
import type { ApplyInstanceReply as _novadock_agent_v1_ApplyInstanceReply, ApplyInstanceReply__Output as _novadock_agent_v1_ApplyInstanceReply__Output } from './novadock/agent/v1/ApplyInstanceReply.ts';
import type { ApplyInstanceRequest as _novadock_agent_v1_ApplyInstanceRequest, ApplyInstanceRequest__Output as _novadock_agent_v1_ApplyInstanceRequest__Output } from './novadock/agent/v1/ApplyInstanceRequest.ts';
import type { EngineFacts as _novadock_agent_v1_EngineFacts, EngineFacts__Output as _novadock_agent_v1_EngineFacts__Output } from './novadock/agent/v1/EngineFacts.ts';
import type { EngineProfile as _novadock_agent_v1_EngineProfile, EngineProfile__Output as _novadock_agent_v1_EngineProfile__Output } from './novadock/agent/v1/EngineProfile.ts';
import type { EngineProxy as _novadock_agent_v1_EngineProxy, EngineProxy__Output as _novadock_agent_v1_EngineProxy__Output } from './novadock/agent/v1/EngineProxy.ts';
import type { FileChange as _novadock_agent_v1_FileChange, FileChange__Output as _novadock_agent_v1_FileChange__Output } from './novadock/agent/v1/FileChange.ts';
import type { FixedIp as _novadock_agent_v1_FixedIp, FixedIp__Output as _novadock_agent_v1_FixedIp__Output } from './novadock/agent/v1/FixedIp.ts';
import type { GetHostFactsRequest as _novadock_agent_v1_GetHostFactsRequest, GetHostFactsRequest__Output as _novadock_agent_v1_GetHostFactsRequest__Output } from './novadock/agent/v1/GetHostFactsRequest.ts';
import type { GetImageReply as _novadock_agent_v1_GetImageReply, GetImageReply__Output as _novadock_agent_v1_GetImageReply__Output } from './novadock/agent/v1/GetImageReply.ts';
import type { GetImageRequest as _novadock_agent_v1_GetImageRequest, GetImageRequest__Output as _novadock_agent_v1_GetImageRequest__Output } from './novadock/agent/v1/GetImageRequest.ts';
import type { GetInstanceStatsRequest as _novadock_agent_v1_GetInstanceStatsRequest, GetInstanceStatsRequest__Output as _novadock_agent_v1_GetInstanceStatsRequest__Output } from './novadock/agent/v1/GetInstanceStatsRequest.ts';
import type { HostFacts as _novadock_agent_v1_HostFacts, HostFacts__Output as _novadock_agent_v1_HostFacts__Output } from './novadock/agent/v1/HostFacts.ts';
import type { HostProfile as _novadock_agent_v1_HostProfile, HostProfile__Output as _novadock_agent_v1_HostProfile__Output } from './novadock/agent/v1/HostProfile.ts';
import type { HostRoute as _novadock_agent_v1_HostRoute, HostRoute__Output as _novadock_agent_v1_HostRoute__Output } from './novadock/agent/v1/HostRoute.ts';
import type { ImageRef as _novadock_agent_v1_ImageRef, ImageRef__Output as _novadock_agent_v1_ImageRef__Output } from './novadock/agent/v1/ImageRef.ts';
import type { InstanceError as _novadock_agent_v1_InstanceError, InstanceError__Output as _novadock_agent_v1_InstanceError__Output } from './novadock/agent/v1/InstanceError.ts';
import type { InstanceList as _novadock_agent_v1_InstanceList, InstanceList__Output as _novadock_agent_v1_InstanceList__Output } from './novadock/agent/v1/InstanceList.ts';
import type { InstanceSpec as _novadock_agent_v1_InstanceSpec, InstanceSpec__Output as _novadock_agent_v1_InstanceSpec__Output } from './novadock/agent/v1/InstanceSpec.ts';
import type { InstanceStats as _novadock_agent_v1_InstanceStats, InstanceStats__Output as _novadock_agent_v1_InstanceStats__Output } from './novadock/agent/v1/InstanceStats.ts';
import type { InstanceStatus as _novadock_agent_v1_InstanceStatus, InstanceStatus__Output as _novadock_agent_v1_InstanceStatus__Output } from './novadock/agent/v1/InstanceStatus.ts';
import type { InstancesUpdate as _novadock_agent_v1_InstancesUpdate, InstancesUpdate__Output as _novadock_agent_v1_InstancesUpdate__Output } from './novadock/agent/v1/InstancesUpdate.ts';
import type { InterfaceStats as _novadock_agent_v1_InterfaceStats, InterfaceStats__Output as _novadock_agent_v1_InterfaceStats__Output } from './novadock/agent/v1/InterfaceStats.ts';
import type { LogChunk as _novadock_agent_v1_LogChunk, LogChunk__Output as _novadock_agent_v1_LogChunk__Output } from './novadock/agent/v1/LogChunk.ts';
import type { NetworkSpec as _novadock_agent_v1_NetworkSpec, NetworkSpec__Output as _novadock_agent_v1_NetworkSpec__Output } from './novadock/agent/v1/NetworkSpec.ts';
import type { NovaDockerProfile as _novadock_agent_v1_NovaDockerProfile, NovaDockerProfile__Output as _novadock_agent_v1_NovaDockerProfile__Output } from './novadock/agent/v1/NovaDockerProfile.ts';
import type { Package as _novadock_agent_v1_Package, Package__Output as _novadock_agent_v1_Package__Output } from './novadock/agent/v1/Package.ts';
import type { PackageRepository as _novadock_agent_v1_PackageRepository, PackageRepository__Output as _novadock_agent_v1_PackageRepository__Output } from './novadock/agent/v1/PackageRepository.ts';
import type { PortSpec as _novadock_agent_v1_PortSpec, PortSpec__Output as _novadock_agent_v1_PortSpec__Output } from './novadock/agent/v1/PortSpec.ts';
import type { PutImageReply as _novadock_agent_v1_PutImageReply, PutImageReply__Output as _novadock_agent_v1_PutImageReply__Output } from './novadock/agent/v1/PutImageReply.ts';
import type { PutImageRequest as _novadock_agent_v1_PutImageRequest, PutImageRequest__Output as _novadock_agent_v1_PutImageRequest__Output } from './novadock/agent/v1/PutImageRequest.ts';
import type { ReadLogsRequest as _novadock_agent_v1_ReadLogsRequest, ReadLogsRequest__Output as _novadock_agent_v1_ReadLogsRequest__Output } from './novadock/agent/v1/ReadLogsRequest.ts';
import type { RemoveAgentReply as _novadock_agent_v1_RemoveAgentReply, RemoveAgentReply__Output as _novadock_agent_v1_RemoveAgentReply__Output } from './novadock/agent/v1/RemoveAgentReply.ts';
import type { RemoveAgentRequest as _novadock_agent_v1_RemoveAgentRequest, RemoveAgentRequest__Output as _novadock_agent_v1_RemoveAgentRequest__Output } from './novadock/agent/v1/RemoveAgentRequest.ts';
import type { SetupEnd as _novadock_agent_v1_SetupEnd, SetupEnd__Output as _novadock_agent_v1_SetupEnd__Output } from './novadock/agent/v1/SetupEnd.ts';
import type { SetupEntry as _novadock_agent_v1_SetupEntry, SetupEntry__Output as _novadock_agent_v1_SetupEntry__Output } from './novadock/agent/v1/SetupEntry.ts';
import type { SetupFacts as _novadock_agent_v1_SetupFacts, SetupFacts__Output as _novadock_agent_v1_SetupFacts__Output } from './novadock/agent/v1/SetupFacts.ts';
import type { SetupOutput as _novadock_agent_v1_SetupOutput, SetupOutput__Output as _novadock_agent_v1_SetupOutput__Output } from './novadock/agent/v1/SetupOutput.ts';
import type { SetupStep as _novadock_agent_v1_SetupStep, SetupStep__Output as _novadock_agent_v1_SetupStep__Output } from './novadock/agent/v1/SetupStep.ts';
import type { StartSetupReply as _novadock_agent_v1_StartSetupReply, StartSetupReply__Output as _novadock_agent_v1_StartSetupReply__Output } from './novadock/agent/v1/StartSetupReply.ts';
import type { StartSetupRequest as _novadock_agent_v1_StartSetupRequest, StartSetupRequest__Output as _novadock_agent_v1_StartSetupRequest__Output } from './novadock/agent/v1/StartSetupRequest.ts';
import type { StepFacts as _novadock_agent_v1_StepFacts, StepFacts__Output as _novadock_agent_v1_StepFacts__Output } from './novadock/agent/v1/StepFacts.ts';
import type { SubnetSpec as _novadock_agent_v1_SubnetSpec, SubnetSpec__Output as _novadock_agent_v1_SubnetSpec__Output } from './novadock/agent/v1/SubnetSpec.ts';
import type { WatchInstancesRequest as _novadock_agent_v1_WatchInstancesRequest, WatchInstancesRequest__Output as _novadock_agent_v1_WatchInstancesRequest__Output } from './novadock/agent/v1/WatchInstancesRequest.ts';
import type { WatchSetupRequest as _novadock_agent_v1_WatchSetupRequest, WatchSetupRequest__Output as _novadock_agent_v1_WatchSetupRequest__Output } from './novadock/agent/v1/WatchSetupRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  novadock: {
    agent: {
      v1: {
        Agent: SubtypeConstructor<typeof grpc.Client, _novadock_agent_v1_AgentClient> & { service: _novadock_agent_v1_AgentDefinition }
        ApplyInstanceReply: MessageTypeDefinition<_novadock_agent_v1_ApplyInstanceReply, _novadock_agent_v1_ApplyInstanceReply__Output>
        ApplyInstanceRequest: MessageTypeDefinition<_novadock_agent_v1_ApplyInstanceRequest, _novadock_agent_v1_ApplyInstanceRequest__Output>
        EngineFacts: MessageTypeDefinition<_novadock_agent_v1_EngineFacts, _novadock_agent_v1_EngineFacts__Output>
        EngineProfile: MessageTypeDefinition<_novadock_agent_v1_EngineProfile, _novadock_agent_v1_EngineProfile__Output>
        EngineProxy: MessageTypeDefinition<_novadock_agent_v1_EngineProxy, _novadock_agent_v1_EngineProxy__Output>
        EngineSource: EnumTypeDefinition
        FileChange: MessageTypeDefinition<_novadock_agent_v1_FileChange, _novadock_agent_v1_FileChange__Output>
        FixedIp: MessageTypeDefinition<_novadock_agent_v1_FixedIp, _novadock_agent_v1_FixedIp__Output>
        GetHostFactsRequest: MessageTypeDefinition<_novadock_agent_v1_GetHostFactsRequest, _novadock_agent_v1_GetHostFactsRequest__Output>
        GetImageReply: MessageTypeDefinition<_novadock_agent_v1_GetImageReply, _novadock_agent_v1_GetImageReply__Output>
        GetImageRequest: MessageTypeDefinition<_novadock_agent_v1_GetImageRequest, _novadock_agent_v1_GetImageRequest__Output>
        GetInstanceStatsRequest: MessageTypeDefinition<_novadock_agent_v1_GetInstanceStatsRequest, _novadock_agent_v1_GetInstanceStatsRequest__Output>
        HostFacts: MessageTypeDefinition<_novadock_agent_v1_HostFacts, _novadock_agent_v1_HostFacts__Output>
        HostProfile: MessageTypeDefinition<_novadock_agent_v1_HostProfile, _novadock_agent_v1_HostProfile__Output>
        HostRoute: MessageTypeDefinition<_novadock_agent_v1_HostRoute, _novadock_agent_v1_HostRoute__Output>
        ImageRef: MessageTypeDefinition<_novadock_agent_v1_ImageRef, _novadock_agent_v1_ImageRef__Output>
        InstanceError: MessageTypeDefinition<_novadock_agent_v1_InstanceError, _novadock_agent_v1_InstanceError__Output>
        InstanceList: MessageTypeDefinition<_novadock_agent_v1_InstanceList, _novadock_agent_v1_InstanceList__Output>
        InstanceSpec: MessageTypeDefinition<_novadock_agent_v1_InstanceSpec, _novadock_agent_v1_InstanceSpec__Output>
        InstanceStats: MessageTypeDefinition<_novadock_agent_v1_InstanceStats, _novadock_agent_v1_InstanceStats__Output>
        InstanceStatus: MessageTypeDefinition<_novadock_agent_v1_InstanceStatus, _novadock_agent_v1_InstanceStatus__Output>
        InstancesUpdate: MessageTypeDefinition<_novadock_agent_v1_InstancesUpdate, _novadock_agent_v1_InstancesUpdate__Output>
        InterfaceStats: MessageTypeDefinition<_novadock_agent_v1_InterfaceStats, _novadock_agent_v1_InterfaceStats__Output>
        LogChunk: MessageTypeDefinition<_novadock_agent_v1_LogChunk, _novadock_agent_v1_LogChunk__Output>
        NetworkSpec: MessageTypeDefinition<_novadock_agent_v1_NetworkSpec, _novadock_agent_v1_NetworkSpec__Output>
        NovaDockerProfile: MessageTypeDefinition<_novadock_agent_v1_NovaDockerProfile, _novadock_agent_v1_NovaDockerProfile__Output>
        Package: MessageTypeDefinition<_novadock_agent_v1_Package, _novadock_agent_v1_Package__Output>
        PackageRepository: MessageTypeDefinition<_novadock_agent_v1_PackageRepository, _novadock_agent_v1_PackageRepository__Output>
        PortSpec: MessageTypeDefinition<_novadock_agent_v1_PortSpec, _novadock_agent_v1_PortSpec__Output>
        Power: EnumTypeDefinition
        PutImageReply: MessageTypeDefinition<_novadock_agent_v1_PutImageReply, _novadock_agent_v1_PutImageReply__Output>
        PutImageRequest: MessageTypeDefinition<_novadock_agent_v1_PutImageRequest, _novadock_agent_v1_PutImageRequest__Output>
        ReadLogsRequest: MessageTypeDefinition<_novadock_agent_v1_ReadLogsRequest, _novadock_agent_v1_ReadLogsRequest__Output>
        RemoveAgentReply: MessageTypeDefinition<_novadock_agent_v1_RemoveAgentReply, _novadock_agent_v1_RemoveAgentReply__Output>
        RemoveAgentRequest: MessageTypeDefinition<_novadock_agent_v1_RemoveAgentRequest, _novadock_agent_v1_RemoveAgentRequest__Output>
        SetupEnd: MessageTypeDefinition<_novadock_agent_v1_SetupEnd, _novadock_agent_v1_SetupEnd__Output>
        SetupEntry: MessageTypeDefinition<_novadock_agent_v1_SetupEntry, _novadock_agent_v1_SetupEntry__Output>
        SetupFacts: MessageTypeDefinition<_novadock_agent_v1_SetupFacts, _novadock_agent_v1_SetupFacts__Output>
        SetupKind: EnumTypeDefinition
        SetupOutput: MessageTypeDefinition<_novadock_agent_v1_SetupOutput, _novadock_agent_v1_SetupOutput__Output>
        SetupStep: MessageTypeDefinition<_novadock_agent_v1_SetupStep, _novadock_agent_v1_SetupStep__Output>
        SetupStepState: EnumTypeDefinition
        StartSetupReply: MessageTypeDefinition<_novadock_agent_v1_StartSetupReply, _novadock_agent_v1_StartSetupReply__Output>
        StartSetupRequest: MessageTypeDefinition<_novadock_agent_v1_StartSetupRequest, _novadock_agent_v1_StartSetupRequest__Output>
        StepFacts: MessageTypeDefinition<_novadock_agent_v1_StepFacts, _novadock_agent_v1_StepFacts__Output>
        SubnetSpec: MessageTypeDefinition<_novadock_agent_v1_SubnetSpec, _novadock_agent_v1_SubnetSpec__Output>
        WatchInstancesRequest: MessageTypeDefinition<_novadock_agent_v1_WatchInstancesRequest, _novadock_agent_v1_WatchInstancesRequest__Output>
        WatchSetupRequest: MessageTypeDefinition<_novadock_agent_v1_WatchSetupRequest, _novadock_agent_v1_WatchSetupRequest__Output>
      }
    }
  }
}

