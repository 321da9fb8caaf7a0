import ipaddr from 'ipaddr.js';
import type { AddressRange } from '@novadock/store';

export type IpVersion = 4 | 6;

/** An address as a number. */
export type Address = { version: IpVersion; value: bigint };

/** A subnet's addresses, from `first` to `last`. */
export type Cidr = { version: IpVersion; prefix: number; first: bigint; last: bigint };

/** What of a subnet decides which addresses it has to give. */
export type AddressPlan = { id: string; cidr: string; gatewayIp: string | null; allocationPools: Pool[] };
export type Pool = { start: string; end: string };

/** An address in its usual notation; undefined for anything else, also for the short forms of inet_aton. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { version: 4, value: toNumber(ipaddr.IPv4.parse(text).toByteArray()) };
  if (!text.includes('%') && ipaddr.IPv6.isValid(text)) return { version: 6, value: toNumber(ipaddr.IPv6.parse(text).toByteArray()) };
  return undefined;
}

/** The canonical notation of an address (RFC 5952). */
export function formatAddress({ version, value }: Address): string {
  const shifts = Array.from({ length: bitsOf(version) / 8 }, (_, index) => BigInt(8 * index)).reverse();
  const bytes = shifts.map((shift) => Number((value >> shift) & 0xffn));
  const address = ipaddr.fromByteArray(bytes);
  return 'toRFC5952String' in address ? address.toRFC5952String() : address.toString();
}

/** `192.168.1.0/24`, also with bits set beyond the prefix; undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = parseAddress(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  if (address === undefined || prefix > bitsOf(address.version)) return undefined;
  const size = 1n << BigInt(bitsOf(address.version) - prefix);
  const first = address.value - (address.value % size);
  return { version: address.version, prefix, first, last: first + size - 1n };
}

export function formatCidr({ version, prefix, first }: Cidr): string {
  return `${formatAddress({ version, value: first })}/${prefix}`;
}

export function contains(cidr: Cidr, address: Address): boolean {
  return cidr.version === address.version && cidr.first <= address.value && address.value <= cidr.last;
}

/** The addresses that hosts may have: in IPv4 neither the first, which names the subnet, nor the last, which is for all. */
export function usable({ version, prefix, first, last }: Cidr): { first: bigint; last: bigint } {
  if (prefix >= bitsOf(version) - 1) return { first, last };
  return { first: first + 1n, last: version === 4 ? last - 1n : last };
}

/** The subnet in which a host may have this address. */
export function subnetOf<Subnet extends AddressPlan>(subnets: Subnet[], address: Address): Subnet | undefined {
  return subnets.find((subnet) => {
    const cidr = parseCidr(subnet.cidr);
    return cidr !== undefined && contains({ ...cidr, ...usable(cidr) }, address);
  });
}

export function isGateway(subnet: AddressPlan, address: Address): boolean {
  return subnet.gatewayIp !== null && parseAddress(subnet.gatewayIp)?.value === address.value;
}

/** The one address `address` of a subnet, in the form that a search for a free one takes. */
export function singleRange(subnet: AddressPlan, address: Address): AddressRange {
  return toRange(subnet, { first: address.value, last: address.value });
}

/** All addresses that a subnet gives by itself. */
export function poolRanges(subnet: AddressPlan): AddressRange[] {
  return subnet.allocationPools.map(({ start, end }) => toRange(subnet, { first: valueOf(start), last: valueOf(end) }));
}

// More than a subnet will ever have ports; what lies beyond is not searched, which keeps offsets of IPv6 within 64 bits.
const searchLimit = 1n << 32n;
const maxOffset = (1n << 63n) - 1n;

function toRange(subnet: AddressPlan, { first, last }: { first: bigint; last: bigint }): AddressRange {
  const { version, first: base } = parseCidr(subnet.cidr) as Cidr;
  // Addresses 2^64 apart would share an offset: one of them would be refused as taken, none given twice.
  const offset = BigInt.asIntN(64, first - base);
  const lastOffset = min(offset + min(last - first, searchLimit), maxOffset);
  return { subnetId: subnet.id, start: formatAddress({ version, value: first }), firstOffset: offset, lastOffset };
}

function min(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function valueOf(address: string): bigint {
  return (parseAddress(address) as Address).value;
}

function bitsOf(version: IpVersion): number {
  return version === 4 ? 32 : 128;
}

function toNumber(bytes: number[]): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
