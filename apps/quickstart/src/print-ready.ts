import { join } from 'node:path';
import type { Client, Instance } from '@novadock/api-client';
import { serverTable, type ServerRow } from './server-table.ts';
import type { Settings } from './settings.ts';

const powerStates: Record<string, string> = { active: 'Running', reboot: 'Running', hard_reboot: 'Running', paused: 'Paused', shutoff: 'Shutdown' };

/** Prints what there is and what to type next. */
export async function printReady(settings: Settings, client: Client): Promise<void> {
  const instances = await client.instances.list();
  const clouds = join(settings.home, 'clouds.yaml');
  const openrc = join(settings.home, 'openrc');
  console.log(`
${serverTable(instances.map(toRow))}

Novadock is ready.
  Dashboard  ${settings.url}/ (user admin, its password is in ${openrc})
  API        ${settings.url}/identity/v3 (sign in), ${settings.url}/v1/docs (native API, in the browser)
  Sign in    . ${openrc}     or     OS_CLIENT_CONFIG_FILE=${clouds} OS_CLOUD=novadock
  Logs       ${join(settings.home, 'logs')}

Type next, in another terminal:
  npx novadock instance list
  npx novadock instance logs ${instances[0]?.name ?? 'NAME'}
  apt-get install -y python3-openstackclient python3-novaclient
  . ${openrc}
  nova list
  docker save hipache | openstack image create hipache --public --container-format docker --disk-format raw
  nova boot --flavor m1.tiny --image hipache --nic net-name=private_network test2

Ctrl-C stops Novadock; instances go on running.`);
}

function toRow(instance: Instance): ServerRow {
  const networks: Record<string, string[]> = {};
  for (const { network, address } of instance.addresses) (networks[network] ??= []).push(address);
  return { id: instance.id, name: instance.name, status: instance.status.toUpperCase(), task: instance.task, powerState: powerStates[instance.status] ?? 'NOSTATE', networks };
}
