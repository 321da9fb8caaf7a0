import { CloudError } from '@novadock/model';
import { contains, formatAddress, formatCidr, parseAddress, parseCidr, usable, type Address, type Cidr, type Pool } from './addresses.ts';
import { badAttribute, invalidInput } from './failures.ts';

export type SubnetPlan = { ipVersion: number; cidr: string; gatewayIp: string | null; allocationPools: Pool[]; enableDhcp: boolean };

/** `gatewayIp` undefined: the first address; null: none. `allocationPools` undefined: all but the gateway. */
export type SubnetWish = { ipVersion: number; cidr: string; gatewayIp?: string | null; allocationPools?: Pool[]; enableDhcp?: boolean };

type Range = { first: bigint; last: bigint };

/** What a new subnet will be, on a network that has these CIDRs already; throws in Neutron's words when it cannot be. */
export function planSubnet(wish: SubnetWish, { networkId, taken }: { networkId: string; taken: string[] }): SubnetPlan {
  const enableDhcp = wish.enableDhcp ?? true;
  const cidr = checkCidr({ ...wish, enableDhcp });
  const overlaps = taken.some((other) => overlap(parseCidr(other) as Cidr, cidr));
  if (overlaps) throw invalidInput(`Requested subnet with cidr: ${wish.cidr} for network: ${networkId} overlaps with another subnet`);
  const gatewayIp = wish.gatewayIp === undefined ? formatAddress({ version: cidr.version, value: usable(cidr).first }) : checkGateway(cidr, wish.gatewayIp);
  const allocationPools = wish.allocationPools === undefined ? defaultPools(cidr, gatewayIp) : checkPools(cidr, wish.allocationPools);
  if (wish.allocationPools !== undefined) assertOutside(cidr, allocationPools, gatewayIp);
  return { ipVersion: wish.ipVersion, cidr: formatCidr(cidr), gatewayIp, allocationPools, enableDhcp };
}

export type SubnetReplan = Pick<SubnetPlan, 'gatewayIp' | 'allocationPools' | 'enableDhcp'>;

/** The same for a change to a subnet; what is undefined stays. */
export function replanSubnet(subnet: SubnetPlan, change: Partial<SubnetReplan>): SubnetReplan {
  const enableDhcp = change.enableDhcp ?? subnet.enableDhcp;
  const cidr = checkCidr({ ...subnet, enableDhcp });
  const gatewayIp = change.gatewayIp === undefined ? subnet.gatewayIp : checkGateway(cidr, change.gatewayIp);
  const allocationPools = change.allocationPools === undefined ? subnet.allocationPools : checkPools(cidr, change.allocationPools);
  assertOutside(cidr, allocationPools, gatewayIp);
  return { gatewayIp, allocationPools, enableDhcp };
}

function checkCidr({ ipVersion, cidr: text, enableDhcp }: { ipVersion: number; cidr: string; enableDhcp: boolean }): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw invalidInput(`${text} is not in a CIDR format`);
  if (parseAddress(text.split('/')[0] ?? '')?.value !== cidr.first) throw badAttribute('cidr', `'${text}' isn't a recognized IP subnet cidr, '${formatCidr(cidr)}' is recommended`);
  if (cidr.version !== ipVersion) throw invalidInput(`cidr '${text}' does not match the ip_version '${ipVersion}'`);
  if (cidr.prefix === 0) throw invalidInput('0 is not allowed as CIDR prefix length');
  if (enableDhcp && cidr.last - cidr.first < 3n) throw invalidInput('Subnet has a prefix length that is incompatible with DHCP service enabled');
  return cidr;
}

function checkGateway(cidr: Cidr, gatewayIp: string | null): string | null {
  if (gatewayIp === null) return null;
  const address = parseAddress(gatewayIp);
  if (address === undefined) throw badAttribute('gateway_ip', `'${gatewayIp}' is not a valid IP address`);
  if (!contains({ ...cidr, ...usable(cidr) }, address)) throw invalidInput('Gateway is not valid on subnet');
  return formatAddress(address);
}

/** All usable addresses, around the gateway. */
function defaultPools(cidr: Cidr, gatewayIp: string | null): Pool[] {
  const { first, last } = usable(cidr);
  const gateway = gatewayIp === null ? undefined : parseAddress(gatewayIp)?.value;
  const parts = gateway === undefined ? [{ first, last }] : [{ first, last: gateway - 1n }, { first: gateway + 1n, last }];
  return parts.filter((part) => part.first <= part.last).map((part) => toPool(cidr, part));
}

function checkPools(cidr: Cidr, pools: Pool[]): Pool[] {
  const bounds = usable(cidr);
  const ranges = pools.map((pool) => {
    const [start, end] = [poolAddress(pool.start), poolAddress(pool.end)];
    if (start.version !== end.version || start.version !== cidr.version || start.value > end.value) throw refusal('invalid', 'InvalidAllocationPool', `The allocation pool ${show(pool)} is not valid.`);
    if (start.value < bounds.first || end.value > bounds.last) throw refusal('invalid', 'OutOfBoundsAllocationPool', `The allocation pool ${show(pool)} spans beyond the subnet cidr ${formatCidr(cidr)}.`);
    return { first: start.value, last: end.value };
  });
  const sorted = ranges.sort((one, other) => (one.first < other.first ? -1 : 1));
  for (const [index, range] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined || !overlap(range, next)) continue;
    const [one, other] = [show(toPool(cidr, range)), show(toPool(cidr, next))];
    throw refusal('conflict', 'OverlappingAllocationPools', `Found overlapping allocation pools: ${one} ${other} for subnet ${formatCidr(cidr)}.`);
  }
  return sorted.map((range) => toPool(cidr, range));
}

function poolAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw badAttribute('allocation_pools', `'${text}' is not a valid IP address`);
  return address;
}

function assertOutside(cidr: Cidr, pools: Pool[], gatewayIp: string | null): void {
  const gateway = gatewayIp === null ? undefined : parseAddress(gatewayIp);
  if (gateway === undefined) return;
  const pool = pools.find(({ start, end }) => contains({ ...cidr, first: poolAddress(start).value, last: poolAddress(end).value }, gateway));
  if (pool !== undefined) throw refusal('conflict', 'GatewayConflictWithAllocationPools', `Gateway ip ${gatewayIp} conflicts with allocation pool ${show(pool)}.`);
}

function overlap(one: Range & { version?: number }, other: Range & { version?: number }): boolean {
  return one.version === other.version && one.first <= other.last && other.first <= one.last;
}

function toPool({ version }: Cidr, { first, last }: Range): Pool {
  return { start: formatAddress({ version, value: first }), end: formatAddress({ version, value: last }) };
}

function show({ start, end }: Pool): string {
  return `${start}-${end}`;
}

function refusal(code: 'invalid' | 'conflict', reason: string, message: string): CloudError {
  return new CloudError(code, message, { reason });
}
