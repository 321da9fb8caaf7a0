import type { PackageManagerName } from './package-managers.ts';
import { runPackageManager } from './run-package-manager.ts';
import type { SetupContext } from './setup-step.ts';

/** How a package manager is told only to say what it would do: `program` comes right behind its name, `install` behind the rest; `names` finds the packages. */
type Simulation = { program: string[]; install: string[]; names: RegExp };

/** A row begins with one blank: of the table's head, which is no package's name, as well. dnf ends with 1, as after a no. */
const redHat: Simulation = { program: [], install: ['--assumeno'], names: /^ (\S+)/gm };

const simulations: Record<PackageManagerName, Simulation> = {
  'apt-get': { program: [], install: ['--simulate'], names: /^Inst ([^\s:]+)/gm },
  dnf: redHat,
  yum: redHat,
  zypper: { program: ['--xmlout'], install: ['--dry-run'], names: /^<solvable [^>]*\bname="([^"]+)"/gm },
  apk: { program: [], install: ['--simulate'], names: /^\(\d+\/\d+\) Installing (\S+)/gm },
};

/** The names of packages that `install` would install for `words`, with all that comes with them, and maybe of some that are there; none where the package manager cannot say. Installs nothing. */
export async function plannedPackages(ctx: SetupContext, [command = '', ...args]: string[], words: string[]): Promise<string[]> {
  const { program, install, names } = simulations[ctx.host.packageManager ?? 'apt-get'];
  // It may have to wait for another one, or to mend what was cut off. Its tables are not for the user.
  const quiet: SetupContext = { ...ctx, run: (one, its, options) => ctx.run(one, its, { ...options, isProbe: true }) };
  const { stdout } = await runPackageManager(quiet, [command, ...program, ...args, ...install, ...words]);
  return [...stdout.matchAll(names)].flatMap(([, name]) => name ?? []);
}
