/** Whether a peer is on this machine, and came by no network. */
export function isLoopbackPeer(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}
