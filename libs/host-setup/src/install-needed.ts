import { rememberPlan } from './added-packages.ts';
import { changeEngine } from './change-engine.ts';
import { dropFetched, noteFetched } from './fetch-packages.ts';
import { rememberHostBefore } from './host-before.ts';
import { keepInstalled } from './kept-packages.ts';
import { listInstalled } from './look-at-packages.ts';
import { installObtained, obtainPackages, type Wanted } from './obtain-packages.ts';
import type { PackageManager } from './package-managers.ts';
import { plannedPackages } from './planned-packages.ts';
import type { SetupContext } from './setup-step.ts';

/** Downloads and installs what the profile wants for `needs`, with all that comes with it, as part of that `run`; throws what package managers say, and as changeEngine does. */
export async function installNeeded(ctx: SetupContext, manager: PackageManager, { run, ...wanted }: Omit<Wanted, 'checkRoom'> & { run: number }): Promise<void> {
  const { needs, change } = wanted;
  const fetched = await obtainPackages(ctx, manager, { ...wanted, checkRoom: change });
  if (needs.includes('dockerd')) await rememberHostBefore(ctx, run);
  const names = fetched.files.map((file) => file.name);
  await rememberPlan(ctx, run, manager.byFolder === undefined ? await plannedPackages(ctx, manager.install, fetched.words) : names);
  const put = () => installObtained(ctx, manager, fetched);
  if (change) return changeEngine(ctx, manager, { to: await noteFetched(ctx, fetched), put });
  // To read all that was fetched takes a while, in which it is installed already.
  const [failed, files] = await allEnded([put(), noteFetched(ctx, fetched)]);
  if (failed !== undefined) throw failed;
  const { versions } = await listInstalled(ctx, manager);
  if (needs.includes('dockerd')) await keepInstalled(ctx, manager, { versions, names: manager.held, atHand: files, isBeforeChange: false });
  await dropFetched(ctx);
}

/** As Promise.all, but when one fails the other has ended as well. */
async function allEnded<A, B>([one, other]: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}
