import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What lies at each path: type, mode, owner, content. */
export type Tree = Map<string, string>;

/** Reads all of a file system from its top, without what is mounted in it. */
export function readTree(top: string): Tree {
  const tree: Tree = new Map();
  const { dev } = lstatSync(`${top}/`);
  const walk = (path: string) => {
    const at = join(top, path);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    // Gone just now, or mounted.
    if (stat?.dev !== dev) return;
    const mode = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`;
    if (stat.isDirectory()) {
      tree.set(path, `folder ${mode}`);
      for (const name of readdirSync(at)) walk(join(path, name));
    } else if (stat.isSymbolicLink()) tree.set(path, `link ${stat.uid}:${stat.gid} to ${readlinkSync(at)}`);
    else if (stat.isFile()) tree.set(path, `file ${mode} ${stat.size} ${createHash('sha256').update(readFileSync(at)).digest('hex')}`);
    else tree.set(path, `special ${(stat.mode & 0o170000).toString(8)} ${mode} ${stat.rdev}`);
  };
  for (const name of readdirSync(`${top}/`)) walk(join('/', name));
  return tree;
}

/** What lies elsewhere in `after` than in `before`, a line for each path; paths that an exception matches are left out. */
export function compareTrees(before: Tree, after: Tree, exceptions: readonly RegExp[] = []): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => !exceptions.some((exception) => exception.test(path))).sort();
  return paths.flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) return [];
    if (was === undefined) return [`+ ${path} (${is})`];
    return is === undefined ? [`- ${path} (${was})`] : [`~ ${path}: ${was} -> ${is}`];
  });
}
