import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authFromEnv, type CloudAuth } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import { parse } from 'yaml';

export type AuthPlace = { env: Record<string, string | undefined>; cwd: string; userHome: string; cloud?: string };

type CloudsFile = { clouds?: Record<string, { auth?: CloudAuth } | null> };

/**
 * How to sign in: to the cloud that is named (`cloud`, OS_CLOUD) in a clouds.yaml, or as the OS_* variables say, or to the cloud that
 * `npm start` makes. Throws `invalid` when none of these says it.
 */
export async function readAuth({ env, cwd, userHome, cloud = env.OS_CLOUD }: AuthPlace): Promise<CloudAuth> {
  const novadockFile = join(env.NOVADOCK_HOME ?? join(userHome, '.novadock'), 'clouds.yaml');
  const files = [env.OS_CLIENT_CONFIG_FILE, novadockFile, join(cwd, 'clouds.yaml'), join(userHome, '.config/openstack/clouds.yaml'), '/etc/openstack/clouds.yaml'].filter((file) => file !== undefined);
  if (cloud !== undefined && cloud !== '') return namedCloud(cloud, files);
  const auth = authFromEnv(env) ?? (await readClouds(novadockFile)).novadock;
  if (auth === undefined) throw new CloudError('invalid', 'It is not said which cloud: start one here with `npm start`, or set OS_CLOUD (a name in clouds.yaml) or OS_AUTH_URL and the like.', { reason: 'noCloud' });
  return auth;
}

async function namedCloud(name: string, files: string[]): Promise<CloudAuth> {
  for (const file of files) {
    const auth = (await readClouds(file))[name];
    if (auth !== undefined) return auth;
  }
  throw new CloudError('invalid', `There is no cloud ${name} in any of ${files.join(', ')}.`, { reason: 'noCloud' });
}

/** The clouds of a file; none when there is no such file. */
async function readClouds(file: string): Promise<Record<string, CloudAuth | undefined>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw new CloudError('invalid', `${file} cannot be read (${error.code}).`, { cause: error });
  });
  try {
    const { clouds = {} } = (parse(text) as CloudsFile | null) ?? {};
    return Object.fromEntries(Object.entries(clouds).map(([name, cloud]) => [name, cloud?.auth?.auth_url === undefined ? undefined : cloud.auth]));
  } catch (cause) {
    throw new CloudError('invalid', `${file} is no YAML: ${(cause as Error).message}`, { cause });
  }
}
