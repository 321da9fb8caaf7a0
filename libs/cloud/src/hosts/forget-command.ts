/** How a host is forgotten that is in the way, for a message: without --force that is refused where nothing is said to the host, or it does not answer. */
export function forgetCommand({ name, revokedAt }: { name: string; revokedAt: Date | null }): string {
  return revokedAt === null ? `\`novadock host forget ${name}\` (with --force, if it does not answer)` : `\`novadock host forget ${name} --force\``;
}
