import { hostLoads, listHosts, type HostView } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { queryOf } from '../../../plugins/validation.ts';
import * as is from '../parameters.ts';

/** GET /os-hosts and /os-hosts/{name}, before 2.43, for administrators. */
export const hosts: Route = (app, deps) => {
  const listQuery = (version: number) => is.query(version, { zone: is.text });
  app.get('/os-hosts', { config: { until: 42, query: listQuery, adminPolicy: 'os_compute_api:os-hosts:list' } }, async (request) => {
    const zone = queryOf(request).zone?.at(-1);
    const found = (await listHosts(deps.cloud)).filter((host) => zone === undefined || host.availabilityZone === zone);
    return { hosts: found.map((host) => ({ host_name: host.name, service: 'compute', zone: host.availabilityZone })) };
  });

  app.get<{ Params: { name: string } }>('/os-hosts/:name', { config: { until: 42, adminPolicy: 'os_compute_api:os-hosts:show' } }, async (request) => {
    const { name } = request.params;
    const host = (await listHosts(deps.cloud)).find((other) => other.name === name);
    if (host === undefined) throw new CloudError('notFound', `Compute host ${name} could not be found.`);
    const used = toResource(name, '(used_now)', { vcpus: host.usedVcpus, memoryMb: host.usedMemoryMb, diskGb: host.usedDiskGb });
    const projects = (await hostLoads(deps.cloud, host.id)).map((load) => toResource(name, load.projectId, load));
    return { host: [toResource(name, '(total)', host), used, { resource: { ...used.resource, project: '(used_max)' } }, ...projects] };
  });
};

function toResource(host: string, project: string, { vcpus, memoryMb, diskGb }: Pick<HostView, 'vcpus' | 'memoryMb' | 'diskGb'>) {
  return { resource: { host, project, cpu: vcpus, memory_mb: memoryMb, disk_gb: diskGb } };
}
