import { posix } from 'node:path';

/** A path in an archive in the one form that paths are compared in: no "./", no slash at the end. */
export function plainPath(path: string): string {
  return posix.normalize(path).replace(/\/$/, '');
}

/** Whether a path in an archive stays in the folder that the archive is unpacked to. */
export function staysInside(path: string): boolean {
  const plain = plainPath(path);
  return !posix.isAbsolute(path) && plain !== '..' && !plain.startsWith('../') && !plain.includes('\0');
}

/** A path as shown to the user, who may have made it up. */
export function quote(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}
