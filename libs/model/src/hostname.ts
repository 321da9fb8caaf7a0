/** A valid host name (RFC 1123, at most 63 characters) made of an instance's name, as Nova makes it; `fallback` when nothing of it is left. */
export function toHostname(name: string, fallback: string): string {
  const cleaned = name
    .toLowerCase()
    .replaceAll(/[ _.]/g, '-')
    .replaceAll(/[^a-z0-9-]/g, '')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replaceAll(/-+$/g, '');
  return cleaned === '' ? fallback : cleaned;
}
