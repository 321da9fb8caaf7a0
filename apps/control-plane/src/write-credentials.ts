import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes `clouds.yaml` and `openrc` for the administrator into `home`, readable by its owner only. */
export async function writeCredentials({ home, port, password }: { home: string; port: number; password: string }): Promise<void> {
  const authUrl = `http://127.0.0.1:${port}/identity/v3`;
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writePrivate(join(home, 'clouds.yaml'), `# Sign in as the administrator: OS_CLIENT_CONFIG_FILE=${join(home, 'clouds.yaml')} openstack --os-cloud novadock server list
clouds:
  novadock:
    auth:
      auth_url: ${authUrl}
      username: admin
      password: ${JSON.stringify(password)}
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    identity_api_version: 3
    interface: public
`);
  await writePrivate(join(home, 'openrc'), `# Sign in as the administrator: . ${join(home, 'openrc')}; openstack server list
export OS_AUTH_URL=${authUrl}
export OS_USERNAME=admin
export OS_PASSWORD='${password.replaceAll("'", `'\\''`)}'
export OS_PROJECT_NAME=admin
export OS_USER_DOMAIN_NAME=Default
export OS_PROJECT_DOMAIN_NAME=Default
export OS_REGION_NAME=RegionOne
export OS_IDENTITY_API_VERSION=3
export OS_INTERFACE=public
`);
}

async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
