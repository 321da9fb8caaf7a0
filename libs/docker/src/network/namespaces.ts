import { statfs, unlink } from 'node:fs/promises';

/** Where ip(8) keeps named network namespaces. */
export function namespacePath(name: string): string {
  return `/run/netns/${name}`;
}

/** NSFS_MAGIC of linux/magic.h: the path, or what a link there points to, is a namespace that lives. */
const namespaceFileSystem = 0x6e736673;

export async function isNamespace(path: string): Promise<boolean> {
  const found = await statfs(path).catch(() => undefined);
  return found?.type === namespaceFileSystem;
}

/** Where /run outlives a reboot, it leaves empty files that only look like namespaces; takes such a file away. */
export async function forgetStaleNamespace(name: string): Promise<void> {
  const path = namespacePath(name);
  if (!(await isNamespace(path))) await unlink(path).catch(() => {});
}
