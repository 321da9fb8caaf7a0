import { readKept } from './kept-packages.ts';
import type { Packages } from './look-at-packages.ts';
import { fitsVersion } from './match-version.ts';
import { areWhole, type PackageFile } from './package-files.ts';
import type { PackageManager } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';

/** The files of a version that the profile wants and that was on this host before, with what was there beside it; undefined where they are not all kept. */
export async function keptWay(ctx: SetupContext, { held }: PackageManager, { engine, installed: { versions } }: Packages): Promise<PackageFile[] | undefined> {
  if (engine === undefined) return undefined;
  const isHere = (one: string) => [...versions].some(([installed, version]) => one === `${installed} ${version}`);
  for (const { files, lost } of await readKept(ctx)) {
    const fits = files.some((file) => file.name === engine.name && held.includes(file.name) && fitsVersion(file.version, ctx.profile.engine.version));
    const differ = files.filter((file) => !isHere(`${file.name} ${file.version}`));
    if (fits && lost.every(isHere) && (await areWhole(ctx, differ))) return differ;
  }
  return undefined;
}
