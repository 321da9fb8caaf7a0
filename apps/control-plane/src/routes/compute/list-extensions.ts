import { CloudError } from '@novadock/model';
import type { Route } from '../../deps.ts';

/** Nova's extensions of old that are part of this API, with their names there. */
const extensions: [alias: string, name: string, description: string][] = [
  ['OS-DCF', 'DiskConfig', 'Disk Management Extension.'],
  ['OS-EXT-AZ', 'ExtendedAvailabilityZone', 'Extended Availability Zone support.'],
  ['OS-EXT-IPS', 'ExtendedIps', 'Adds type parameter to the ip list.'],
  ['OS-EXT-IPS-MAC', 'ExtendedIpsMac', 'Adds mac address parameter to the ip list.'],
  ['OS-EXT-SRV-ATTR', 'ExtendedServerAttributes', 'Extended Server Attributes support.'],
  ['OS-EXT-STS', 'ExtendedStatus', 'Extended Status support.'],
  ['OS-FLV-DISABLED', 'FlavorDisabled', 'Support to show the disabled status of a flavor.'],
  ['OS-FLV-EXT-DATA', 'FlavorExtraData', 'Provide additional data for flavors.'],
  ['OS-SCH-HNT', 'SchedulerHints', 'Pass arbitrary key/value pairs to the scheduler.'],
  ['OS-SRV-USG', 'ServerUsage', 'Adds launched_at and terminated_at on Servers.'],
  ['os-attach-interfaces', 'AttachInterfaces', 'Attach interface support.'],
  ['os-availability-zone', 'AvailabilityZone', 'The Availability Zone API.'],
  ['os-config-drive', 'ConfigDrive', 'Config Drive Extension.'],
  ['os-console-output', 'ConsoleOutput', 'Console log output support, with tailing ability.'],
  ['os-flavor-access', 'FlavorAccess', 'Flavor access support.'],
  ['os-flavor-extra-specs', 'FlavorExtraSpecs', 'Flavors extra specs support.'],
  ['os-flavor-manage', 'FlavorManage', 'Flavor create/delete API support.'],
  ['os-hosts', 'Hosts', 'Admin-only host administration.'],
  ['os-hypervisors', 'Hypervisors', 'Admin-only hypervisor administration.'],
  ['os-instance-actions', 'InstanceActions', 'View a log of actions and events taken on an instance.'],
  ['os-keypairs', 'Keypairs', 'Keypair Support.'],
  ['os-multiple-create', 'MultipleCreate', 'Allow multiple create in the Create Server v2.1 API.'],
  ['os-pause-server', 'PauseServer', 'Enable pause/unpause server actions.'],
  ['os-quota-sets', 'Quotas', 'Quotas management support.'],
  ['os-server-diagnostics', 'ServerDiagnostics', 'Allow Admins to view server diagnostics through server action.'],
  ['os-services', 'Services', 'Services support.'],
  ['os-used-limits', 'UsedLimits', 'Provide data on limited resource being used.'],
  ['os-user-data', 'UserData', 'Add user_data to the Create Server API.'],
];

/** GET /extensions and /extensions/{alias} */
export const listExtensions: Route = (app) => {
  app.get('/extensions', async () => ({ extensions: extensions.map(toExtension) }));

  app.get<{ Params: { alias: string } }>('/extensions/:alias', async (request) => {
    const extension = extensions.find(([alias]) => alias === request.params.alias);
    if (extension === undefined) throw new CloudError('notFound', 'The resource could not be found.');
    return { extension: toExtension(extension) };
  });
};

function toExtension([alias, name, description]: (typeof extensions)[number]): object {
  return { alias, description, links: [], name, namespace: 'http://docs.openstack.org/compute/ext/fake_xml', updated: '2014-12-03T00:00:00Z' };
}
