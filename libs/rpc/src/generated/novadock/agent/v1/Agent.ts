// Original file: proto/novadock/agent/v1/agent.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApplyInstanceReply as _novadock_agent_v1_ApplyInstanceReply, ApplyInstanceReply__Output as _novadock_agent_v1_ApplyInstanceReply__Output } from '../../../novadock/agent/v1/ApplyInstanceReply.ts';
import type { ApplyInstanceRequest as _novadock_agent_v1_ApplyInstanceRequest, ApplyInstanceRequest__Output as _novadock_agent_v1_ApplyInstanceRequest__Output } from '../../../novadock/agent/v1/ApplyInstanceRequest.ts';
import type { GetHostFactsRequest as _novadock_agent_v1_GetHostFactsRequest, GetHostFactsRequest__Output as _novadock_agent_v1_GetHostFactsRequest__Output } from '../../../novadock/agent/v1/GetHostFactsRequest.ts';
import type { GetImageReply as _novadock_agent_v1_GetImageReply, GetImageReply__Output as _novadock_agent_v1_GetImageReply__Output } from '../../../novadock/agent/v1/GetImageReply.ts';
import type { GetImageRequest as _novadock_agent_v1_GetImageRequest, GetImageRequest__Output as _novadock_agent_v1_GetImageRequest__Output } from '../../../novadock/agent/v1/GetImageRequest.ts';
import type { GetInstanceStatsRequest as _novadock_agent_v1_GetInstanceStatsRequest, GetInstanceStatsRequest__Output as _novadock_agent_v1_GetInstanceStatsRequest__Output } from '../../../novadock/agent/v1/GetInstanceStatsRequest.ts';
import type { HostFacts as _novadock_agent_v1_HostFacts, HostFacts__Output as _novadock_agent_v1_HostFacts__Output } from '../../../novadock/agent/v1/HostFacts.ts';
import type { InstanceStats as _novadock_agent_v1_InstanceStats, InstanceStats__Output as _novadock_agent_v1_InstanceStats__Output } from '../../../novadock/agent/v1/InstanceStats.ts';
import type { InstancesUpdate as _novadock_agent_v1_InstancesUpdate, InstancesUpdate__Output as _novadock_agent_v1_InstancesUpdate__Output } from '../../../novadock/agent/v1/InstancesUpdate.ts';
import type { LogChunk as _novadock_agent_v1_LogChunk, LogChunk__Output as _novadock_agent_v1_LogChunk__Output } from '../../../novadock/agent/v1/LogChunk.ts';
import type { PutImageReply as _novadock_agent_v1_PutImageReply, PutImageReply__Output as _novadock_agent_v1_PutImageReply__Output } from '../../../novadock/agent/v1/PutImageReply.ts';
import type { PutImageRequest as _novadock_agent_v1_PutImageRequest, PutImageRequest__Output as _novadock_agent_v1_PutImageRequest__Output } from '../../../novadock/agent/v1/PutImageRequest.ts';
import type { ReadLogsRequest as _novadock_agent_v1_ReadLogsRequest, ReadLogsRequest__Output as _novadock_agent_v1_ReadLogsRequest__Output } from '../../../novadock/agent/v1/ReadLogsRequest.ts';
import type { RemoveAgentReply as _novadock_agent_v1_RemoveAgentReply, RemoveAgentReply__Output as _novadock_agent_v1_RemoveAgentReply__Output } from '../../../novadock/agent/v1/RemoveAgentReply.ts';
import type { RemoveAgentRequest as _novadock_agent_v1_RemoveAgentRequest, RemoveAgentRequest__Output as _novadock_agent_v1_RemoveAgentRequest__Output } from '../../../novadock/agent/v1/RemoveAgentRequest.ts';
import type { SetupEntry as _novadock_agent_v1_SetupEntry, SetupEntry__Output as _novadock_agent_v1_SetupEntry__Output } from '../../../novadock/agent/v1/SetupEntry.ts';
import type { StartSetupReply as _novadock_agent_v1_StartSetupReply, StartSetupReply__Output as _novadock_agent_v1_StartSetupReply__Output } from '../../../novadock/agent/v1/StartSetupReply.ts';
import type { StartSetupRequest as _novadock_agent_v1_StartSetupRequest, StartSetupRequest__Output as _novadock_agent_v1_StartSetupRequest__Output } from '../../../novadock/agent/v1/StartSetupRequest.ts';
import type { WatchInstancesRequest as _novadock_agent_v1_WatchInstancesRequest, WatchInstancesRequest__Output as _novadock_agent_v1_WatchInstancesRequest__Output } from '../../../novadock/agent/v1/WatchInstancesRequest.ts';
import type { WatchSetupRequest as _novadock_agent_v1_WatchSetupRequest, WatchSetupRequest__Output as _novadock_agent_v1_WatchSetupRequest__Output } from '../../../novadock/agent/v1/WatchSetupRequest.ts';

export interface AgentClient extends grpc.Client {
  ApplyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  ApplyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  ApplyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  ApplyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  applyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  applyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  applyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  applyInstance(argument: _novadock_agent_v1_ApplyInstanceRequest, callback: grpc.requestCallback<_novadock_agent_v1_ApplyInstanceReply__Output>): grpc.ClientUnaryCall;
  
  GetHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  GetHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  GetHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  GetHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  getHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  getHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  getHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  getHostFacts(argument: _novadock_agent_v1_GetHostFactsRequest, callback: grpc.requestCallback<_novadock_agent_v1_HostFacts__Output>): grpc.ClientUnaryCall;
  
  GetImage(argument: _novadock_agent_v1_GetImageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  GetImage(argument: _novadock_agent_v1_GetImageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  GetImage(argument: _novadock_agent_v1_GetImageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  GetImage(argument: _novadock_agent_v1_GetImageRequest, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  getImage(argument: _novadock_agent_v1_GetImageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  getImage(argument: _novadock_agent_v1_GetImageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  getImage(argument: _novadock_agent_v1_GetImageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  getImage(argument: _novadock_agent_v1_GetImageRequest, callback: grpc.requestCallback<_novadock_agent_v1_GetImageReply__Output>): grpc.ClientUnaryCall;
  
  GetInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  GetInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  GetInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  GetInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  getInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  getInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  getInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  getInstanceStats(argument: _novadock_agent_v1_GetInstanceStatsRequest, callback: grpc.requestCallback<_novadock_agent_v1_InstanceStats__Output>): grpc.ClientUnaryCall;
  
  PutImage(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  PutImage(metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  PutImage(options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  PutImage(callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  putImage(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  putImage(metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  putImage(options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  putImage(callback: grpc.requestCallback<_novadock_agent_v1_PutImageReply__Output>): grpc.ClientWritableStream<_novadock_agent_v1_PutImageRequest>;
  
  ReadLogs(argument: _novadock_agent_v1_ReadLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_LogChunk__Output>;
  ReadLogs(argument: _novadock_agent_v1_ReadLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_LogChunk__Output>;
  readLogs(argument: _novadock_agent_v1_ReadLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_LogChunk__Output>;
  readLogs(argument: _novadock_agent_v1_ReadLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_LogChunk__Output>;
  
  RemoveAgent(argument: _novadock_agent_v1_RemoveAgentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  RemoveAgent(argument: _novadock_agent_v1_RemoveAgentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  RemoveAgent(argument: _novadock_agent_v1_RemoveAgentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  RemoveAgent(argument: _novadock_agent_v1_RemoveAgentRequest, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  removeAgent(argument: _novadock_agent_v1_RemoveAgentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  removeAgent(argument: _novadock_agent_v1_RemoveAgentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  removeAgent(argument: _novadock_agent_v1_RemoveAgentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  removeAgent(argument: _novadock_agent_v1_RemoveAgentRequest, callback: grpc.requestCallback<_novadock_agent_v1_RemoveAgentReply__Output>): grpc.ClientUnaryCall;
  
  StartSetup(argument: _novadock_agent_v1_StartSetupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  StartSetup(argument: _novadock_agent_v1_StartSetupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  StartSetup(argument: _novadock_agent_v1_StartSetupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  StartSetup(argument: _novadock_agent_v1_StartSetupRequest, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  startSetup(argument: _novadock_agent_v1_StartSetupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  startSetup(argument: _novadock_agent_v1_StartSetupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  startSetup(argument: _novadock_agent_v1_StartSetupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  startSetup(argument: _novadock_agent_v1_StartSetupRequest, callback: grpc.requestCallback<_novadock_agent_v1_StartSetupReply__Output>): grpc.ClientUnaryCall;
  
  WatchInstances(argument: _novadock_agent_v1_WatchInstancesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_InstancesUpdate__Output>;
  WatchInstances(argument: _novadock_agent_v1_WatchInstancesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_InstancesUpdate__Output>;
  watchInstances(argument: _novadock_agent_v1_WatchInstancesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_InstancesUpdate__Output>;
  watchInstances(argument: _novadock_agent_v1_WatchInstancesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_InstancesUpdate__Output>;
  
  WatchSetup(argument: _novadock_agent_v1_WatchSetupRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_SetupEntry__Output>;
  WatchSetup(argument: _novadock_agent_v1_WatchSetupRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_SetupEntry__Output>;
  watchSetup(argument: _novadock_agent_v1_WatchSetupRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_SetupEntry__Output>;
  watchSetup(argument: _novadock_agent_v1_WatchSetupRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_novadock_agent_v1_SetupEntry__Output>;
  
}

export interface AgentHandlers extends grpc.UntypedServiceImplementation {
  ApplyInstance: grpc.handleUnaryCall<_novadock_agent_v1_ApplyInstanceRequest__Output, _novadock_agent_v1_ApplyInstanceReply>;
  
  GetHostFacts: grpc.handleUnaryCall<_novadock_agent_v1_GetHostFactsRequest__Output, _novadock_agent_v1_HostFacts>;
  
  GetImage: grpc.handleUnaryCall<_novadock_agent_v1_GetImageRequest__Output, _novadock_agent_v1_GetImageReply>;
  
  GetInstanceStats: grpc.handleUnaryCall<_novadock_agent_v1_GetInstanceStatsRequest__Output, _novadock_agent_v1_InstanceStats>;
  
  PutImage: grpc.handleClientStreamingCall<_novadock_agent_v1_PutImageRequest__Output, _novadock_agent_v1_PutImageReply>;
  
  ReadLogs: grpc.handleServerStreamingCall<_novadock_agent_v1_ReadLogsRequest__Output, _novadock_agent_v1_LogChunk>;
  
  RemoveAgent: grpc.handleUnaryCall<_novadock_agent_v1_RemoveAgentRequest__Output, _novadock_agent_v1_RemoveAgentReply>;
  
  StartSetup: grpc.handleUnaryCall<_novadock_agent_v1_StartSetupRequest__Output, _novadock_agent_v1_StartSetupReply>;
  
  WatchInstances: grpc.handleServerStreamingCall<_novadock_agent_v1_WatchInstancesRequest__Output, _novadock_agent_v1_InstancesUpdate>;
  
  WatchSetup: grpc.handleServerStreamingCall<_novadock_agent_v1_WatchSetupRequest__Output, _novadock_agent_v1_SetupEntry>;
  
}

export interface AgentDefinition extends grpc.ServiceDefinition {
  ApplyInstance: MethodDefinition<_novadock_agent_v1_ApplyInstanceRequest, _novadock_agent_v1_ApplyInstanceReply, _novadock_agent_v1_ApplyInstanceRequest__Output, _novadock_agent_v1_ApplyInstanceReply__Output>
  GetHostFacts: MethodDefinition<_novadock_agent_v1_GetHostFactsRequest, _novadock_agent_v1_HostFacts, _novadock_agent_v1_GetHostFactsRequest__Output, _novadock_agent_v1_HostFacts__Output>
  GetImage: MethodDefinition<_novadock_agent_v1_GetImageRequest, _novadock_agent_v1_GetImageReply, _novadock_agent_v1_GetImageRequest__Output, _novadock_agent_v1_GetImageReply__Output>
  GetInstanceStats: MethodDefinition<_novadock_agent_v1_GetInstanceStatsRequest, _novadock_agent_v1_InstanceStats, _novadock_agent_v1_GetInstanceStatsRequest__Output, _novadock_agent_v1_InstanceStats__Output>
  PutImage: MethodDefinition<_novadock_agent_v1_PutImageRequest, _novadock_agent_v1_PutImageReply, _novadock_agent_v1_PutImageRequest__Output, _novadock_agent_v1_PutImageReply__Output>
  ReadLogs: MethodDefinition<_novadock_agent_v1_ReadLogsRequest, _novadock_agent_v1_LogChunk, _novadock_agent_v1_ReadLogsRequest__Output, _novadock_agent_v1_LogChunk__Output>
  RemoveAgent: MethodDefinition<_novadock_agent_v1_RemoveAgentRequest, _novadock_agent_v1_RemoveAgentReply, _novadock_agent_v1_RemoveAgentRequest__Output, _novadock_agent_v1_RemoveAgentReply__Output>
  StartSetup: MethodDefinition<_novadock_agent_v1_StartSetupRequest, _novadock_agent_v1_StartSetupReply, _novadock_agent_v1_StartSetupRequest__Output, _novadock_agent_v1_StartSetupReply__Output>
  WatchInstances: MethodDefinition<_novadock_agent_v1_WatchInstancesRequest, _novadock_agent_v1_InstancesUpdate, _novadock_agent_v1_WatchInstancesRequest__Output, _novadock_agent_v1_InstancesUpdate__Output>
  WatchSetup: MethodDefinition<_novadock_agent_v1_WatchSetupRequest, _novadock_agent_v1_SetupEntry, _novadock_agent_v1_WatchSetupRequest__Output, _novadock_agent_v1_SetupEntry__Output>
}
