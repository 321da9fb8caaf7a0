import type { SetupStep } from './setup-step.ts';
import { checkHost } from './steps/check-host.ts';
import { configureDriver } from './steps/configure-driver.ts';
import { configureEngine } from './steps/configure-engine.ts';
import { enableAtBoot } from './steps/enable-at-boot.ts';
import { fillDockerGroup } from './steps/fill-docker-group.ts';
import { installPackages } from './steps/install-packages.ts';
import { installRuntime } from './steps/install-runtime.ts';
import { novaDockerSteps } from './steps/nova-docker/nova-docker-steps.ts';
import { restrictSocket } from './steps/restrict-socket.ts';
import { runSmokeTest } from './steps/run-smoke-test.ts';
import { setProxy } from './steps/set-proxy.ts';
import { startService } from './steps/start-service.ts';

/** All that makes a bare machine a compute host, in order: all that the engine goes by before its start, so that it need not be restarted. */
export const setupSteps: SetupStep[] = [
  checkHost,
  installPackages,
  fillDockerGroup,
  installRuntime,
  configureEngine,
  setProxy,
  startService,
  enableAtBoot,
  restrictSocket,
  runSmokeTest,
  configureDriver,
  ...novaDockerSteps,
];
