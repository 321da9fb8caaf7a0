import type { SetupStep } from '../../setup-step.ts';
import { checkDockerUser } from './check-docker-user.ts';
import { checkNode } from './check-node.ts';
import { configureGlance } from './configure-glance.ts';
import { configureNova } from './configure-nova.ts';
import { installDriver } from './install-driver.ts';
import { installFilter } from './install-filter.ts';
import { installTools } from './install-tools.ts';
import { restartServices } from './restart-services.ts';

/** nova-docker on a node of an existing OpenStack, in order: services are restarted once all that they read is there. */
export const novaDockerSteps: SetupStep[] = [checkNode, installTools, installDriver, configureNova, installFilter, configureGlance, checkDockerUser, restartServices];
