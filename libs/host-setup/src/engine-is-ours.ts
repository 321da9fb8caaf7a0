import { addedPackages } from './added-packages.ts';
import { engineAnswers } from './engine-answers.ts';
import { findProgram } from './find-program.ts';
import type { Packages } from './look-at-packages.ts';
import type { PackageManager } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';

/**
 * Whether the set-up installed the engine of this host. One that was there before, that somebody installed between two runs, or that took the
 * place of ours, is adopted: it is never stopped, and its data and configuration are left alone.
 */
export async function engineIsOurs(ctx: SetupContext, { manager, installed }: Pick<Packages, 'manager' | 'installed'>): Promise<boolean> {
  const added = await addedPackages(ctx, manager, installed);
  // Of a run that was cut off, what comes with an engine may be here without one.
  if (manager?.held.some((name) => added.includes(name)) !== true) return false;
  const engines = engineNames(manager);
  const present = engines.filter((name) => installed.versions.has(name) || installed.broken.includes(name));
  if (present.length > 0) return present.every((name) => added.includes(name));
  // Not come yet, or taken away by an undo that was cut off; what is here nevertheless came with no package.
  return !(await findProgram({ root: ctx.root, name: 'dockerd' })) && !(await engineAnswers(ctx.connect));
}

/** Of each engine that the package manager knows, the package with dockerd in it. */
function engineNames({ dockerCe, engines }: PackageManager): string[] {
  return [...new Set([dockerCe, ...engines].flatMap((names) => names[0] ?? []))];
}
