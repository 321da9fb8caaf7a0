import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBusyboxImage } from '../harness/busybox-image.ts';
import { shellIn, tableFields, tableRows } from '../harness/shell.ts';
import { startCloud, type TestCloud } from '../harness/start-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hex32 = /^[0-9a-f]{32}$/;

describe('the original guide, with the real clients of Debian', () => {
  let cloud: TestCloud;
  let shell: (line: string) => Promise<string>;
  let id: string;

  beforeAll(async () => {
    await makeBusyboxImage('hipache', ['sh', '-c', 'echo started as $(hostname) with COLOUR=$COLOUR; trap "exit 0" TERM; while :; do sleep 1 & wait; done']);
    cloud = await startCloud();
    shell = shellIn({ ...cloud.env, HOME: cloud.home });
  });
  afterAll(async () => {
    await shell('for i in $(openstack server list -f value -c ID); do openstack server delete --wait $i; done').catch(() => {});
    await cloud.stop();
  });

  const row = async (name: string) => tableRows(await shell('nova list')).find((server) => server.Name === name);
  const untilStatus = (name: string, status: string) => waitFor(`${name} to be ${status}`, async () => ((await row(name))?.Status === status ? row(name) : undefined), 90_000);

  test('docker save hipache | openstack image create hipache --public --container-format docker --disk-format raw', async () => {
    const created = tableFields(await shell('docker save hipache | openstack image create hipache --public --container-format docker --disk-format raw'));
    expect(created).toMatchObject({ name: 'hipache', container_format: 'docker', disk_format: 'raw', visibility: 'public' });
    await shell(`docker save hipache > ${join(cloud.home, 'hipache.tar')}`);
    const tar = readFileSync(join(cloud.home, 'hipache.tar'));
    const shown = JSON.parse(await shell('openstack image show hipache -f json')) as Record<string, unknown>;
    expect(shown).toMatchObject({
      checksum: createHash('md5').update(tar).digest('hex'), container_format: 'docker', disk_format: 'raw', file: `/v2/images/${String(shown.id)}/file`, id: expect.stringMatching(uuid),
      min_disk: 0, min_ram: 0, name: 'hipache', owner: expect.stringMatching(hex32), protected: false, schema: '/v2/schemas/image', size: tar.length, status: 'active', visibility: 'public',
    });
    expect(shown.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(shown.updated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('glance image-create prints the 17 rows of the guide and more, virtual_size among them', async () => {
    const fields = tableFields(await shell(`glance image-create --name hipache2 --visibility public --container-format docker --disk-format raw --file ${join(cloud.home, 'hipache.tar')}`));
    expect(fields).toMatchObject({ status: 'active', checksum: expect.stringMatching(hex32), protected: 'False', min_disk: '0', min_ram: '0', size: String(readFileSync(join(cloud.home, 'hipache.tar')).length) });
    expect(Object.keys(fields)).toEqual(expect.arrayContaining(['checksum', 'container_format', 'created_at', 'disk_format', 'id', 'min_disk', 'min_ram', 'name', 'owner', 'protected', 'size', 'status', 'updated_at', 'virtual_size', 'visibility']));
    await shell('openstack image delete hipache2');
  });

  test('openstack keypair create --public-key … mykey', async () => {
    await shell(`ssh-keygen -q -t ed25519 -N '' -f ${join(cloud.home, 'id')}`);
    const fields = tableFields(await shell(`openstack keypair create --public-key ${join(cloud.home, 'id.pub')} mykey`));
    expect(fields.name).toBe('mykey');
  });

  test('nova boot --flavor m1.tiny --image hipache --nic net-id=… --key-name mykey test1, until nova list shows it', async () => {
    const network = await shell('openstack network show private_network -f value -c id');
    const booted = tableFields(await shell(`nova boot --flavor m1.tiny --image hipache --nic net-id=${network} --key-name mykey --meta COLOUR=red test1`));
    expect(booted).toMatchObject({ name: 'test1', status: 'BUILD', key_name: 'mykey' });
    expect(await untilStatus('test1', 'ACTIVE')).toMatchObject({ Name: 'test1', Status: 'ACTIVE', 'Task State': '-', 'Power State': 'Running', Networks: 'private_network=192.168.1.3' });
    id = (await row('test1'))?.ID ?? '';
    expect(id).toMatch(uuid);
    expect(Object.keys((await row('test1')) ?? {})).toEqual(['ID', 'Name', 'Status', 'Task State', 'Power State', 'Networks']);
  });

  test('the key is in root\'s authorized_keys, once, for root only', async () => {
    const key = readFileSync(join(cloud.home, 'id.pub'), 'utf8').trim();
    expect(await shell(`docker exec nova-${id} cat /root/.ssh/authorized_keys`)).toBe(key);
    expect(await shell(`docker exec nova-${id} stat -c '%a %u %n' /root/.ssh /root/.ssh/authorized_keys`)).toBe('700 0 /root/.ssh\n600 0 /root/.ssh/authorized_keys');
  });

  test('name, environment, address and limits are as asked for', async () => {
    expect(await shell('nova console-log test1')).toContain('started as test1 with COLOUR=red');
    expect(await shell(`docker exec nova-${id} ip -4 -o addr show eth0`)).toContain('192.168.1.3/24');
    const limits = JSON.parse(await shell(`docker inspect nova-${id} --format '{{json .HostConfig}}'`)) as Record<string, unknown>;
    expect(limits).toMatchObject({ Memory: 512 * 1024 ** 2, NanoCpus: 1e9, PidsLimit: 512, Privileged: false });
    expect(limits.SecurityOpt).toContain('no-new-privileges');
  });

  test.each([
    ['nova pause test1', 'PAUSED', 'Paused'],
    ['nova unpause test1', 'ACTIVE', 'Running'],
    ['nova stop test1', 'SHUTOFF', 'Shutdown'],
    ['nova start test1', 'ACTIVE', 'Running'],
    ['openstack server pause test1', 'PAUSED', 'Paused'],
    ['openstack server unpause test1', 'ACTIVE', 'Running'],
  ])('%s', async (line, status, power) => {
    await shell(line);
    expect(await untilStatus('test1', status)).toMatchObject({ 'Power State': power, Networks: 'private_network=192.168.1.3' });
  });

  test.each(['openstack server reboot --wait test1', 'openstack server reboot --hard --wait test1', 'nova reboot --poll test1'])('%s starts it anew and keeps its address', async (line) => {
    const before = await shell(`docker inspect nova-${id} --format '{{.State.StartedAt}}'`);
    await shell(line);
    expect(await shell(`docker inspect nova-${id} --format '{{.State.StartedAt}}'`)).not.toBe(before);
    expect(await untilStatus('test1', 'ACTIVE')).toMatchObject({ Networks: 'private_network=192.168.1.3' });
    expect(await shell(`docker exec nova-${id} ip -4 -o addr show eth0`)).toContain('192.168.1.3/24');
  });

  test('openstack image save gives back what was uploaded, byte for byte', async () => {
    await shell(`openstack image save --file ${join(cloud.home, 'saved.tar')} hipache`);
    expect(readFileSync(join(cloud.home, 'saved.tar')).equals(readFileSync(join(cloud.home, 'hipache.tar')))).toBe(true);
  });

  test('openstack server create --wait, list, show, event list, delete --wait', async () => {
    const created = tableFields(await shell('openstack server create --wait --flavor m1.tiny --image hipache --network private_network --property a=b test3'));
    expect(created).toMatchObject({ name: 'test3', status: 'ACTIVE', 'OS-EXT-STS:vm_state': 'active' });
    expect(tableRows(await shell('openstack server list')).map(({ Name, Image, Flavor }) => [Name, Image, Flavor])).toContainEqual(['test3', 'hipache', 'm1.tiny']);
    expect(tableFields(await shell('openstack server show test3'))).toMatchObject({ properties: "a='b'" });
    expect(tableRows(await shell('openstack server event list test3'))).toHaveLength(1);
    await shell('openstack server delete --wait test3');
    expect(await row('test3')).toBeUndefined();
  });

  test('a guest that ends by itself shows SHUTOFF with its exit code within a second', async () => {
    await shell('nova boot --flavor m1.tiny --image hipache --nic none --meta os_command_line="sh -c \'while [ ! -e /tmp/end ]; do sleep 0.1; done; exit 7\'" brief');
    await untilStatus('brief', 'ACTIVE');
    const brief = (await row('brief'))?.ID ?? '';
    const token = await cloud.token();
    await shell(`docker exec nova-${brief} touch /tmp/end`);
    const endedMs = Date.now();
    const seen = await waitFor('SHUTOFF', async () => {
      const reply = await fetch(`${cloud.url}/v1/instances/${brief}`, { headers: { 'x-auth-token': token } });
      const instance = (await reply.json()) as { status: string; exitCode: number; oomKilled: boolean };
      return instance.status === 'shutoff' ? instance : undefined;
    }, 10_000, 10);
    expect(seen).toMatchObject({ exitCode: 7, oomKilled: false });
    // The guest looks for the file ten times a second.
    expect(Date.now() - endedMs).toBeLessThan(1_300);
    await shell('openstack server delete --wait brief');
  });

  test.each(['openstack token issue', 'openstack catalog list', 'openstack versions show', 'openstack flavor list', 'openstack flavor show m1.tiny', 'openstack hypervisor list --long', 'openstack hypervisor stats show', 'openstack compute service list', 'openstack availability zone list', 'openstack quota show', 'openstack limits show --absolute', 'openstack project list', 'openstack user list', 'openstack network list', 'openstack subnet list', 'openstack port list', 'openstack extension list --compute', 'nova flavor-list', 'nova version-list', 'nova interface-list test1', 'nova instance-action-list test1', 'nova diagnostics test1', 'nova hypervisor-stats', 'openstack console log show --lines 5 test1', 'openstack server show test1', 'openstack --os-compute-api-version 2.87 server list --long'])('%s', async (line) => {
    expect(await shell(line)).not.toBe('');
  });

  test('networks, subnets and ports are made, shown and deleted', async () => {
    await shell('openstack network create rec_network');
    await shell('openstack subnet create --network rec_network --subnet-range 192.168.77.0/24 rec_subnet');
    await shell('openstack port create --network rec_network recport');
    expect(tableFields(await shell('openstack port show recport')).fixed_ips).toMatch(/ip_address='192\.168\.77\.\d+'/);
    await expect(shell('openstack network delete rec_network')).rejects.toThrow('409');
    await shell('openstack port delete recport');
    await shell('openstack network delete rec_network');
    expect(await shell('openstack network list')).not.toContain('rec_network');
  });

  test('nova delete test1 leaves nothing on the host', async () => {
    await shell('nova delete test1');
    await waitFor('test1 to be gone', async () => (await row('test1')) === undefined);
    await expect(shell(`docker inspect nova-${id}`)).rejects.toThrow();
    expect(await shell('ls /run/novadock/netns 2>/dev/null || true')).not.toContain(id);
  });
});
