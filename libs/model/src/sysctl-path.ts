/** Where below /proc/sys a kernel setting lies: of a name's dots and slashes, the one that comes first separates (sysctl.d(5)). */
export function sysctlPath(key: string): string {
  if (/^[^.]*\//.test(key)) return key;
  return key.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}
