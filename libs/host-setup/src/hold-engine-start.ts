import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runOrThrow } from './run-or-throw.ts';
import type { SetupContext } from './setup-step.ts';

/** In /run, and so gone with the power. */
const holds = ['docker.service', 'docker.socket'].map((unit) => `/run/systemd/system/${unit}.d/novadock-hold.conf`);

/**
 * Debian's packages start what they install; the engine is to start once, with its configuration. A condition that fails lets them
 * think that they did, where a mask would keep them from enabling the units.
 */
export async function holdStart(ctx: SetupContext): Promise<void> {
  if (ctx.host.serviceManager !== 'systemd') return;
  for (const hold of holds) {
    await mkdir(dirname(join(ctx.root, hold)), { recursive: true });
    await writeFile(join(ctx.root, hold), '[Unit]\nConditionPathExists=!/\n');
  }
}

/** It may start again. */
export async function startFreely(ctx: SetupContext): Promise<void> {
  if (!(await startIsHeld(ctx))) return;
  for (const hold of holds) await rm(dirname(join(ctx.root, hold)), { recursive: true, force: true });
  await runOrThrow(ctx.run, 'systemctl', ['daemon-reload']);
}

/** Also by a run that was cut off. */
export async function startIsHeld(ctx: SetupContext): Promise<boolean> {
  const there = await Promise.all(holds.map((hold) => access(join(ctx.root, hold)).then(() => true, () => false)));
  return there.includes(true);
}
