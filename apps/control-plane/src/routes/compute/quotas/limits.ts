import { getQuota, type QuotaName } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';
import { queryOf, type SchemaOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';
import { shownQuotas } from './shown-quotas.ts';

/** Limits by their names here, and N of the last microversion 2.N that has them where it is not the limit's own. */
const names: [shown: string, quota: QuotaName, until?: number][] = [
  ['maxTotalInstances', 'instances'],
  ['maxTotalCores', 'cores'],
  ['maxTotalRAMSize', 'ram'],
  ['maxServerMeta', 'metadata_items'],
  ['maxImageMeta', 'metadata_items', 38],
  ['maxPersonality', 'injected_files'],
  ['maxPersonalitySize', 'injected_file_content_bytes'],
  ['maxTotalKeypairs', 'key_pairs'],
  ['maxServerGroups', 'server_groups'],
  ['maxServerGroupMembers', 'server_group_members'],
  ['maxTotalFloatingIps', 'floating_ips'],
  ['maxSecurityGroups', 'security_groups'],
  ['maxSecurityGroupRules', 'security_group_rules'],
];

const limitsQuery: SchemaOf = (version) => is.query(version, { tenant_id: is.text });

/** GET /limits: of one's own project, for administrators of any with `tenant_id`. */
export const showLimits: Route = (app, deps) => {
  app.get('/limits', { config: { query: limitsQuery } }, async (request) => {
    const auth = projectCallerOf(request);
    const other = queryOf(request).tenant_id?.at(-1);
    const policy = 'os_compute_api:limits:other_project';
    if (other !== undefined && !auth.isAdmin) throw new CloudError('forbidden', `Policy doesn't allow ${policy} to be performed.`);
    const { limits, usage } = await getQuota(deps.cloud, auth, { projectId: other ?? auth.projectId, policy });
    const { microversion: version } = request;
    const shown = new Set(shownQuotas(version));
    const max = names.filter(([, quota, until = Infinity]) => shown.has(quota) && version <= until).map(([name, quota]) => [name, limits[quota]]);
    const used = {
      ...{ totalRAMUsed: usage.ram, totalCoresUsed: usage.cores, totalInstancesUsed: usage.instances },
      ...(version < 36 && { totalFloatingIpsUsed: 0, totalSecurityGroupsUsed: 0 }),
      totalServerGroupsUsed: 0,
    };
    return { limits: { rate: [], absolute: { ...Object.fromEntries(max), ...used } } };
  });
};
