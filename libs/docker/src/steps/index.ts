import type { StepName } from '@novadock/model';
import { createContainer } from './create-container.ts';
import { killContainer } from './kill-container.ts';
import { pauseContainer } from './pause-container.ts';
import { prepareNetwork } from './prepare-network.ts';
import { releaseNetwork } from './release-network.ts';
import { removeContainer } from './remove-container.ts';
import { startContainer } from './start-container.ts';
import type { RunStep } from './step.ts';
import { stopContainer } from './stop-container.ts';
import { unpauseContainer } from './unpause-container.ts';

/** How each step of plan() is done. */
export const steps = {
  'prepare-network': prepareNetwork,
  'create-container': createContainer,
  'start-container': startContainer,
  'stop-container': stopContainer,
  'kill-container': killContainer,
  'pause-container': pauseContainer,
  'unpause-container': unpauseContainer,
  'remove-container': removeContainer,
  'release-network': releaseNetwork,
} satisfies Record<StepName, RunStep>;
