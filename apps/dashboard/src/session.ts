import { CloudError } from '@novadock/model';
import { toApiError } from './api-error.ts';

/** Who is signed in; kept for this tab of the browser only. */
export type Session = { token: string; user: string };

export type Credentials = { user: string; password: string; project: string };

const key = 'novadock-session';

export function loadSession(): Session | undefined {
  const kept = sessionStorage.getItem(key);
  return kept === null ? undefined : (JSON.parse(kept) as Session);
}

export function keepSession(session: Session | undefined): void {
  if (session === undefined) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(session));
}

/** Throws `unauthenticated` when the credentials are not right, `unavailable` when nobody answers. */
export async function signIn({ user: name, password, project }: Credentials): Promise<Session> {
  const domain = { id: 'default' };
  const body = { auth: { identity: { methods: ['password'], password: { user: { name, domain, password } } }, scope: { project: { name: project, domain } } } };
  const reply = await fetch('/identity/v3/auth/tokens?nocatalog', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch((cause: unknown) => {
    throw new CloudError('unavailable', 'The control plane does not answer.', { cause });
  });
  if (reply.status === 401) throw new CloudError('unauthenticated', 'User, password or project is not right.');
  const token = reply.headers.get('x-subject-token');
  if (!reply.ok || token === null) throw await toApiError(reply);
  return { token, user: name };
}
