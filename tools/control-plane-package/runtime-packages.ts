import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders below `root` of the npm package `name` and of all that it needs, as the lockfile has them: node_modules/…, in the order of their names. */
export function runtimePackages(root: string, name: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dependencies?: Record<string, string> } | undefined> };
  const found = new Set<string>();
  const add = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const dependency of Object.keys(packages[path]?.dependencies ?? {})) add(resolve(dependency, path));
  };
  /** As Node looks for it: in the package's own folder first, then in those above. */
  const resolve = (wanted: string, from: string): string => {
    const path = join(from, 'node_modules', wanted);
    if (packages[path] !== undefined) return path;
    if (from === '') throw new Error(`package-lock.json has no ${wanted}.`);
    return resolve(wanted, from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)));
  };
  add(resolve(name, ''));
  return [...found].sort();
}
