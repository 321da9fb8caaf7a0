/**
 * Where a host stands in a rollout's order: 53 bits of a hash of both ids, so that each replan gives the same canaries and each rollout other ones.
 * It is not for secrets. Two lanes of multiply and xor-shift, as in MurmurHash: FNV-1a alone hardly mixes the last character into the high bits.
 */
export function hostOrder(rolloutId: string, hostId: string): number {
  const text = `${rolloutId}/${hostId}`;
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  high = mix(high, 0x85ebca6b) ^ mix(low, 0xc2b2ae35);
  low = mix(low, 0x85ebca6b) ^ mix(high, 0xc2b2ae35);
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}

function mix(lane: number, factor: number): number {
  return Math.imul(lane ^ (lane >>> 15), factor);
}
