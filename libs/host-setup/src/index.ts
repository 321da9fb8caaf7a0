export { checkSetup, type StepCheck } from './check-setup.ts';
export { createSetupContext } from './create-setup-context.ts';
export { detectHost, type Host, type ServiceManager } from './detect-host.ts';
export { ensureEngine, type EnsureEngineOptions } from './ensure-engine.ts';
export { hostPaths, runtimeName, type HostPaths } from './host-paths.ts';
export { planSetup, type PlannedStep } from './plan-setup.ts';
export { runSetup, type SetupProgress, type SetupResult } from './run-setup.ts';
export type { Check, SetupContext, SetupStep } from './setup-step.ts';
export { setupSteps } from './setup-steps.ts';
