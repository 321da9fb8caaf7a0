import { createHash } from 'node:crypto';

/** What a security group lets through, in one direction and for one IP version. */
export type SecurityGroupRule = { id: string; direction: 'egress' | 'ingress'; etherType: 'IPv4' | 'IPv6' };
export type SecurityGroup = { id: string; projectId: string; rules: SecurityGroupRule[] };

/** The one group of a project. Its rules say what is true: nothing is filtered. */
export function defaultSecurityGroup(projectId: string): SecurityGroup {
  const rules = (['egress', 'ingress'] as const).flatMap((direction) =>
    (['IPv4', 'IPv6'] as const).map((etherType) => ({ id: uuidOf(`${projectId}/${direction}/${etherType}`), direction, etherType })),
  );
  return { id: uuidOf(projectId), projectId, rules };
}

/** Always the same UUID for a name (RFC 9562, version 8), so that the group needs no row. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(`novadock/security-group/${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
