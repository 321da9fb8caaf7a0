import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runOrThrow } from './run-or-throw.ts';
import type { SetupContext } from './setup-step.ts';

/** While it is there, the engine does not start. In /run, and so gone with the power. */
const hold = '/run/novadock-hold';
const dropIns = ['docker.service', 'docker.socket'].map((unit) => `/run/systemd/system/${unit}.d/novadock-hold.conf`);

/**
 * Debian's packages start what they install; the engine is to start once, with its configuration. A condition that fails lets them
 * think that they did, where a mask would keep them from enabling the units. The packages themselves have systemd read it.
 */
export async function holdStart(ctx: SetupContext): Promise<void> {
  if (ctx.host.serviceManager !== 'systemd') return;
  for (const dropIn of dropIns) {
    await mkdir(dirname(join(ctx.root, dropIn)), { recursive: true });
    await writeFile(join(ctx.root, dropIn), `[Unit]\nConditionPathExists=!${hold}\n`);
  }
  await writeFile(join(ctx.root, hold), '');
}

/** It may start again, at once: systemd need not read anything anew, which takes a while. */
export async function startFreely(ctx: SetupContext): Promise<void> {
  await rm(join(ctx.root, hold), { force: true });
}

/** Also by a run that was cut off. */
export function startIsHeld(ctx: SetupContext): Promise<boolean> {
  return access(join(ctx.root, hold)).then(() => true, () => false);
}

/** Nothing of it is left. */
export async function dropHold(ctx: SetupContext): Promise<void> {
  await startFreely(ctx);
  const there = await Promise.all(dropIns.map((dropIn) => access(join(ctx.root, dropIn)).then(() => true, () => false)));
  if (!there.includes(true)) return;
  for (const dropIn of dropIns) await rm(dirname(join(ctx.root, dropIn)), { recursive: true, force: true });
  await runOrThrow(ctx.run, 'systemctl', ['daemon-reload']);
}
