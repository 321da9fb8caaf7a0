export { actions, type Action, type ActionName, type VmState } from './actions.ts';
export type { AgentService, ApplyInstance, InstancesUpdate, InstanceStats, ReadLogs } from './agent-service.ts';
export { CloudError, errorCodes, toCloudError, type ErrorCode } from './errors.ts';
export type { EngineFacts, HostFacts } from './host.ts';
export type { FixedIp, HostRoute, ImageRef, InstanceError, InstanceSpec, InstanceStatus, NetworkSpec, PortSpec, Power, SubnetSpec } from './instance.ts';
export { overcommit, pickHost, type HostCandidate, type Placement } from './pick-host.ts';
export { plan, type Observed, type Step, type StepName } from './plan.ts';
export { serverStatus, type ServerStatus, type StatusColumns } from './server-status.ts';
