import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellIn } from '../harness/shell.ts';
import { startCloud, type TestCloud } from '../harness/start-cloud.ts';

let cloud: TestCloud;
let shell: (line: string) => Promise<string>;
beforeAll(async () => {
  cloud = await startCloud({ agent: false });
  const address = Object.values(networkInterfaces()).flatMap((list) => list ?? []).find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
  await shellIn(cloud.env)(`curl -sSf ${cloud.url}/v1/authority.pem > ${cloud.home}/ca.pem`);
  shell = shellIn({ ...cloud.env, HOME: cloud.home, OS_CACERT: join(cloud.home, 'ca.pem'), OS_AUTH_URL: `https://${address}:${new URL(cloud.url).port}/identity/v3` });
});
afterAll(() => cloud.stop());

test("OpenStack's clients work from another machine over TLS, with the cloud's authority as OS_CACERT, uploads and downloads included", async () => {
  const bytes = randomBytes(8 * 1024 * 1024);
  writeFileSync(join(cloud.home, 'bytes'), bytes);
  await shell(`openstack image create big --file ${cloud.home}/bytes --container-format bare --disk-format raw`);
  expect(JSON.parse(await shell('openstack image show big -f json'))).toMatchObject({ status: 'active', checksum: createHash('md5').update(bytes).digest('hex') });
  await shell(`openstack image save big --file ${cloud.home}/back`);
  expect(readFileSync(join(cloud.home, 'back')).equals(bytes)).toBe(true);
  const catalog = await shell('openstack catalog list -f json');
  expect(catalog).toContain('https://');
  expect(catalog).not.toContain('http://');
  expect(await shell('nova list')).toMatch(/\| ID +\|/);
  await expect(shell('OS_CACERT= openstack server list')).rejects.toThrow(/certificate verify failed/i);
});
