import type { Engine } from '../engine.ts';
import { fromDockerError, hasStatus } from '../errors.ts';

/** Whether the engine has an image, by its id. */
export async function hasImage(engine: Engine, engineId: string): Promise<boolean> {
  try {
    await engine.docker.getImage(engineId).inspect();
    return true;
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw fromDockerError(error);
  }
}
