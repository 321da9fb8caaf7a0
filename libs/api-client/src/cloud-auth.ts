import { CloudError } from '@novadock/model';

/** How to sign in, in the words of the `auth` section of clouds.yaml (openstacksdk). */
export type CloudAuth = {
  auth_url: string;
  username?: string;
  user_id?: string;
  user_domain_name?: string;
  user_domain_id?: string;
  password?: string;
  token?: string;
  application_credential_id?: string;
  application_credential_name?: string;
  application_credential_secret?: string;
  project_name?: string;
  project_id?: string;
  project_domain_name?: string;
  project_domain_id?: string;
};

const names = [
  'auth_url', 'username', 'user_id', 'user_domain_name', 'user_domain_id', 'password', 'token', 'application_credential_id', 'application_credential_name', 'application_credential_secret',
  'project_name', 'project_id', 'project_domain_name', 'project_domain_id',
] as const satisfies (keyof CloudAuth)[];

/** How to sign in as the OS_* variables say; undefined when there is no OS_AUTH_URL. */
export function authFromEnv(env: Record<string, string | undefined>): CloudAuth | undefined {
  const given = names.map((name) => [name, env[`OS_${name.toUpperCase()}`]] as const).filter(([, value]) => value !== undefined && value !== '');
  const auth = Object.fromEntries(given) as Partial<CloudAuth>;
  return auth.auth_url === undefined ? undefined : { ...auth, auth_url: auth.auth_url };
}

/** Where the API of the cloud is that one signs in to at `auth_url`: the identity service is at /identity of it. */
export function apiUrl({ auth_url: authUrl }: CloudAuth): string {
  return authUrl.replace(/(\/identity)?(\/v3)?\/*$/, '');
}

/** The request of `POST /v3/auth/tokens`. Throws `invalid` when it is not said who signs in. */
export function toSignIn(auth: CloudAuth): unknown {
  return { auth: { identity: toIdentity(auth), ...scopeOf(auth) } };
}

function toIdentity(auth: CloudAuth): unknown {
  const { token, password, application_credential_secret: secret } = auth;
  if (secret !== undefined) return { methods: ['application_credential'], application_credential: { ...credentialOf(auth), secret } };
  if (token !== undefined) return { methods: ['token'], token: { id: token } };
  if (password === undefined) throw new CloudError('invalid', 'There is no password to sign in with: set OS_PASSWORD, or `password` in clouds.yaml.', { reason: 'noCredentials' });
  return { methods: ['password'], password: { user: { ...userOf(auth), password } } };
}

function userOf({ user_id: id, username: name, user_domain_id, user_domain_name }: CloudAuth): object {
  if (id !== undefined) return { id };
  if (name === undefined) throw new CloudError('invalid', 'It is not said who signs in: set OS_USERNAME, or `username` in clouds.yaml.', { reason: 'noCredentials' });
  return { name, domain: toDomain(user_domain_id, user_domain_name) };
}

function credentialOf(auth: CloudAuth): object {
  const { application_credential_id: id, application_credential_name: name } = auth;
  return id !== undefined ? { id } : { name, user: userOf(auth) };
}

/** An application credential has its project in it. */
function scopeOf({ application_credential_secret: secret, project_id: id, project_name: name, project_domain_id, project_domain_name }: CloudAuth): object {
  if (secret !== undefined || (id === undefined && name === undefined)) return {};
  return { scope: { project: id !== undefined ? { id } : { name, domain: toDomain(project_domain_id, project_domain_name) } } };
}

function toDomain(id: string | undefined, name: string | undefined): unknown {
  return name !== undefined && id === undefined ? { name } : { id: id ?? 'default' };
}
