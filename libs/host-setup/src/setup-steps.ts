import type { SetupStep } from './setup-step.ts';
import { configureEngine } from './steps/configure-engine.ts';
import { createGroup } from './steps/create-group.ts';
import { enableAtBoot } from './steps/enable-at-boot.ts';
import { installPackages } from './steps/install-packages.ts';
import { installRuntime } from './steps/install-runtime.ts';
import { restrictSocket } from './steps/restrict-socket.ts';
import { runSmokeTest } from './steps/run-smoke-test.ts';
import { startService } from './steps/start-service.ts';

/** All that makes a bare machine a compute host, in order: the engine's configuration before its start, so that it need not be reloaded. */
export const setupSteps: SetupStep[] = [installPackages, createGroup, installRuntime, configureEngine, startService, enableAtBoot, restrictSocket, runSmokeTest];
