import { readFile } from 'node:fs/promises';
import { uplinkOf } from '@novadock/model';
import type { RunProgram } from './shell.ts';

/** Less than that IPv6 does not work with (RFC 8200, section 5): the kernel takes its addresses from such a link. */
const leastMtu = 1280;

/** The largest MTU of an instance's link with which its packets pass the host's uplink whole; without an uplink, any. */
export async function largestMtu(run: RunProgram, routeTable = '/proc/net/route'): Promise<number> {
  const uplink = uplinkOf(await readFile(routeTable, 'utf8').catch(() => ''));
  if (uplink === undefined) return Infinity;
  // Not from /sys: where the host is a container, that may be of the machine around it.
  const { code, stdout } = await run(['ip', '-json', 'link', 'show', 'dev', uplink]);
  const [link] = code === 0 ? (JSON.parse(stdout) as { mtu: number }[]) : [];
  return link === undefined ? Infinity : Math.max(link.mtu, leastMtu);
}
