import { hostname, networkInterfaces } from 'node:os';

/** Under what a client may reach the API: this machine's names and addresses, and the name in the public URL. */
export function apiNames(publicUrl: string | undefined, interfaces = networkInterfaces(), machine = hostname()): string[] {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []).map(({ address }) => address);
  // A link-local address needs a zone, which no URL has.
  const reachable = addresses.filter((address) => !address.startsWith('fe80:'));
  const named = publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')];
  return [...new Set(['localhost', '127.0.0.1', '::1', machine, ...reachable, ...named])].toSorted();
}
