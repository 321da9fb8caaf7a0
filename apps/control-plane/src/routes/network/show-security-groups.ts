import { defaultSecurityGroup, listProjects, type Auth, type Cloud, type SecurityGroup } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../deps.ts';
import { callerOf } from '../../plugins/auth.ts';
import { pickFields, type RawQuery } from './read-query.ts';
import type { Body } from './resource.ts';
import { selectItems } from './select-items.ts';

type Request = { Params: { id: string }; Querystring: RawQuery };

/** Each project has the group `default`, which is as it is: it says what is let through, and that is everything. */
export const showSecurityGroups: Route = (app, { cloud }) => {
  app.get<Request>('/v2.0/security-groups', async (request) => ({ security_groups: selectItems((await groupsOf(cloud, callerOf(request))).map(toGroup), request.query) }));
  app.get<Request>('/v2.0/security-groups/:id', async (request) => {
    const group = (await groupsOf(cloud, callerOf(request))).find(({ id }) => id === request.params.id);
    if (group === undefined) throw new CloudError('notFound', `Security group ${request.params.id} does not exist`, { reason: 'SecurityGroupNotFound' });
    return { security_group: pickFields(request.query, toGroup(group)) };
  });
  app.get<Request>('/v2.0/security-group-rules', async (request) => ({ security_group_rules: selectItems((await groupsOf(cloud, callerOf(request))).flatMap(toRules), request.query) }));
  app.get<Request>('/v2.0/security-group-rules/:id', async (request) => {
    const rule = (await groupsOf(cloud, callerOf(request))).flatMap(toRules).find(({ id }) => id === request.params.id);
    if (rule === undefined) throw new CloudError('notFound', `Security group rule ${request.params.id} does not exist`, { reason: 'SecurityGroupRuleNotFound' });
    return { security_group_rule: pickFields(request.query, rule) };
  });
};

/** Of the caller's project, of all for an administrator. */
async function groupsOf(cloud: Cloud, auth: Auth): Promise<SecurityGroup[]> {
  if (!auth.isAdmin) return auth.projectId === undefined ? [] : [defaultSecurityGroup(auth.projectId)];
  return (await listProjects(cloud)).map(({ id }) => defaultSecurityGroup(id));
}

function toGroup(group: SecurityGroup): Body {
  const { id, projectId } = group;
  return { id, name: 'default', stateful: true, tenant_id: projectId, description: 'Default security group', shared: false, security_group_rules: toRules(group), tags: [], revision_number: 1, project_id: projectId };
}

function toRules({ id: groupId, projectId, rules }: SecurityGroup): Body[] {
  return rules.map(({ id, direction, etherType }) => ({
    id, tenant_id: projectId, security_group_id: groupId, ethertype: etherType, direction, protocol: null, port_range_min: null, port_range_max: null, remote_ip_prefix: null,
    remote_group_id: null, description: null, tags: [], revision_number: 0, project_id: projectId,
  }));
}
