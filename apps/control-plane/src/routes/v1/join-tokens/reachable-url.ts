import { networkInterfaces } from 'node:os';

/** The same URL as other machines can use it: the loopback address, under which an operator on this machine came, is replaced by an address of the machine. */
export function reachableUrl(url: string, interfaces = networkInterfaces()): string {
  const { hostname } = new URL(url);
  if (!['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return url;
  // Bridges of engines and of Novadock come after the interfaces that lead out.
  const outer = Object.entries(interfaces).flatMap(([name, addresses]) => (/^(docker|br-|novadock|veth)/.test(name) ? [] : (addresses ?? [])));
  const address = outer.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  return address === undefined ? url : url.replace(hostname, address);
}
