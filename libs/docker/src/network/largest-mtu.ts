import { readFile } from 'node:fs/promises';
import { uplinkOf } from '@novadock/model';

/** Less than that IPv6 does not work with (RFC 8200, section 5): the kernel takes its addresses from such a link. */
const leastMtu = 1280;

/** The largest MTU of an instance's link with which its packets pass the host's uplink whole; without an uplink, any. `root`: of the host's files. */
export async function largestMtu(root = ''): Promise<number> {
  const uplink = uplinkOf(await readFile(`${root}/proc/net/route`, 'utf8').catch(() => ''));
  const text = uplink === undefined ? '' : await readFile(`${root}/sys/class/net/${uplink}/mtu`, 'utf8').catch(() => '');
  return text === '' ? Infinity : Math.max(Number(text), leastMtu);
}
