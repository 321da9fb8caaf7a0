import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { authFromEnv, type CloudAuth, type Trust } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import { parse } from 'yaml';

export type AuthPlace = { env: Record<string, string | undefined>; cwd: string; userHome: string; cloud?: string };

/** How to sign in to a cloud, and by what it is believed. */
export type CloudAccess = { auth: CloudAuth; trust: Trust };

type CloudsFile = { clouds?: Record<string, { auth?: CloudAuth; cacert?: string; verify?: boolean } | null> };

/**
 * How to sign in: to the cloud that is named (`cloud`, OS_CLOUD) in a clouds.yaml, or as the OS_* variables say, or to the cloud that
 * `npm start` makes. Its certificate is checked by `cacert` of the file or by OS_CACERT, where there is one. Throws `invalid` when none of
 * these says it.
 */
export async function readAuth({ env, cwd, userHome, cloud = env.OS_CLOUD }: AuthPlace): Promise<CloudAccess> {
  const novadockFile = join(env.NOVADOCK_HOME ?? join(userHome, '.novadock'), 'clouds.yaml');
  const files = [env.OS_CLIENT_CONFIG_FILE, novadockFile, join(cwd, 'clouds.yaml'), join(userHome, '.config/openstack/clouds.yaml'), '/etc/openstack/clouds.yaml'].filter((file) => file !== undefined);
  const { auth, cacert = env.OS_CACERT, verify } = cloud !== undefined && cloud !== '' ? await namedCloud(cloud, files) : await unnamedCloud(env, novadockFile);
  const ca = cacert === undefined || cacert === '' ? {} : { ca: await readText(resolve(cwd, cacert.replace(/^~(?=\/)/, userHome)), 'There is no such file') };
  return { auth, trust: { ...ca, ...(verify === undefined ? {} : { verify }) } };
}

type Cloud = { auth: CloudAuth; cacert?: string | undefined; verify?: boolean | undefined };

async function unnamedCloud(env: AuthPlace['env'], novadockFile: string): Promise<Cloud> {
  const auth = authFromEnv(env);
  const cloud = auth === undefined ? (await readClouds(novadockFile)).novadock : { auth };
  if (cloud === undefined) throw new CloudError('invalid', 'It is not said which cloud: start one here with `npm start`, or set OS_CLOUD (a name in clouds.yaml) or OS_AUTH_URL and the like.', { reason: 'noCloud' });
  return cloud;
}

async function namedCloud(name: string, files: string[]): Promise<Cloud> {
  for (const file of files) {
    const cloud = (await readClouds(file))[name];
    if (cloud !== undefined) return cloud;
  }
  throw new CloudError('invalid', `There is no cloud ${name} in any of ${files.join(', ')}.`, { reason: 'noCloud' });
}

/** The clouds of a file; none when there is no such file. */
async function readClouds(file: string): Promise<Record<string, Cloud | undefined>> {
  const text = await readText(file);
  try {
    const { clouds = {} } = (parse(text) as CloudsFile | null) ?? {};
    return Object.fromEntries(Object.entries(clouds).map(([name, cloud]) => [name, cloud?.auth?.auth_url === undefined ? undefined : { auth: cloud.auth, cacert: cloud.cacert, verify: cloud.verify }]));
  } catch (cause) {
    throw new CloudError('invalid', `${file} is no YAML: ${(cause as Error).message}`, { cause });
  }
}

/** A file's text. Throws `invalid` when it cannot be read; one that is not there is empty, unless `missing` says what to throw. */
function readText(file: string, missing?: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const gone = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
    if (gone && missing === undefined) return '';
    throw new CloudError('invalid', gone ? `${file}: ${missing}.` : `${file} cannot be read (${cause.code}).`, { cause });
  });
}
