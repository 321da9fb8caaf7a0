import { CloudError } from '@novadock/model';
import { defaultSecurityGroup } from './security-groups.ts';

/** Throws `invalid` unless all of these are the project's one group, by name or id. */
export function assertSecurityGroups(projectId: string, groups: readonly string[] = []): void {
  const { id } = defaultSecurityGroup(projectId);
  const unknown = groups.find((group) => group !== 'default' && group.toLowerCase() !== id);
  if (unknown !== undefined) throw new CloudError('invalid', `Unable to find security_group with name or id '${unknown}'`);
}
