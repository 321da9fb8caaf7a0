import { defaultSecurityGroup, getInstance, type SecurityGroupRule } from '@novadock/cloud';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';

/** GET /servers/{id}/os-security-groups, and before 2.36 GET /os-security-groups: the one that each project has. */
export const securityGroups: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/servers/:id/os-security-groups', async (request) => {
    const instance = await getInstance(deps.cloud, projectCallerOf(request), request.params.id);
    return { security_groups: instance.interfaces.length === 0 ? [] : [toSecurityGroup(instance.projectId)] };
  });

  app.get('/os-security-groups', { config: { until: 35 } }, async (request) => ({ security_groups: [toSecurityGroup(projectCallerOf(request).projectId)] }));
};

/** Nova knows rules for what comes in alone. */
function toSecurityGroup(projectId: string): object {
  const { id, rules } = defaultSecurityGroup(projectId);
  return { id, name: 'default', description: 'Default security group', tenant_id: projectId, rules: rules.filter(({ direction }) => direction === 'ingress').map((rule) => toRule(rule, id)) };
}

function toRule(rule: SecurityGroupRule, groupId: string): object {
  const cidr = rule.etherType === 'IPv4' ? '0.0.0.0/0' : '::/0';
  return { id: rule.id, parent_group_id: groupId, ip_protocol: null, from_port: null, to_port: null, group: {}, ip_range: { cidr } };
}
