import type { Cloud } from '../cloud.ts';

/** Nova's service_down_time. */
const silentMs = 60_000;

/** Whether a host's agent answers: as its owner knows it, or, from another replica, whether it reported within the last minute. A revoked one is not asked. */
export function hostUp(cloud: Pick<Cloud, 'hosts'>, host: { id: string; lastSeenAt: Date | null; revokedAt: Date | null }): boolean {
  if (host.revokedAt !== null) return false;
  return cloud.hosts.isUp(host.id) ?? (host.lastSeenAt !== null && Date.now() - host.lastSeenAt.getTime() < silentMs);
}
