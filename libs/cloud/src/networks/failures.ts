import { CloudError } from '@novadock/model';
import type { Auth } from '../identity/auth.ts';

// Neutron's refusals: the reason is the name of its exception, which clients go by (neutron_lib/exceptions).

export function invalidInput(what: string): CloudError {
  return new CloudError('invalid', `Invalid input for operation: ${what}.`, { reason: 'InvalidInput' });
}

export function badAttribute(name: string, why: string): CloudError {
  return new CloudError('invalid', `Invalid input for ${name}. Reason: ${why}.`, { reason: 'HTTPBadRequest' });
}

export function networkNotFound(id: string): CloudError {
  return new CloudError('notFound', `Network ${id} could not be found.`, { reason: 'NetworkNotFound' });
}

export function subnetNotFound(id: string): CloudError {
  return new CloudError('notFound', `Subnet ${id} could not be found.`, { reason: 'SubnetNotFound' });
}

export function portNotFound(id: string): CloudError {
  return new CloudError('notFound', `Port ${id} could not be found.`, { reason: 'PortNotFound' });
}

/** Throws `forbidden`, naming the rule, unless the caller's project owns this or the caller is an administrator. */
export function assertOwner(auth: Auth, { projectId }: { projectId: string }, rule: string): void {
  if (!auth.isAdmin && auth.projectId !== projectId) throw disallowed(`rule:${rule}`);
}

/** `rules`: what of the policy says no. */
export function disallowed(rules: string): CloudError {
  return new CloudError('forbidden', `${rules} is disallowed by policy`, { reason: 'PolicyNotAuthorized' });
}

/** The project whose rows a caller sees; undefined: all. */
export function scopeOf(auth: Auth): string | undefined {
  return auth.isAdmin ? undefined : (auth.projectId ?? '');
}
