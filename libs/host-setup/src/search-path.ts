/** Where programs lie on any distribution. */
export const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** PATH with all of the system's folders in it: the shell of a normal user, or cron, leaves the sbin ones out. */
export function searchPath(): string {
  const given = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return [...given, ...systemFolders.filter((folder) => !given.includes(folder))].join(':');
}
