import { json } from 'node:stream/consumers';
import { apiUrl, toSignIn, type CloudAuth } from './cloud-auth.ts';
import { send, type Trust } from './send.ts';
import { toCloudError } from './to-cloud-error.ts';

/** Signs in when a token is needed, and again when it is about to expire. */
export type TokenSource = {
  /** A token, good for a minute at least where the cloud gives such. Throws `unauthenticated`, `unavailable`. */
  get(): Promise<string>;
  /** Makes the next `get` sign in anew: the token was refused. */
  forget(): void;
};

const marginMs = 60_000;

export function tokenSource(auth: CloudAuth, trust?: Trust): TokenSource {
  let current: { token: string; expiresAt: number } | undefined;
  let signingIn: Promise<{ token: string; expiresAt: number }> | undefined;
  const get = async (): Promise<string> => {
    if (current === undefined || Date.now() > current.expiresAt - marginMs) {
      signingIn ??= signIn(auth, trust).finally(() => (signingIn = undefined));
      current = await signingIn;
    }
    return current.token;
  };
  return { get, forget: () => (current = undefined) };
}

async function signIn(auth: CloudAuth, trust?: Trust): Promise<{ token: string; expiresAt: number }> {
  const reply = await send({
    method: 'POST', url: `${apiUrl(auth)}/identity/v3/auth/tokens`, headers: { 'content-type': 'application/json' }, body: JSON.stringify(toSignIn(auth)), trust,
  });
  if (reply.status !== 201) throw await toCloudError(reply);
  const { token } = (await json(reply.body)) as { token: { expires_at: string } };
  return { token: String(reply.headers['x-subject-token']), expiresAt: Date.parse(token.expires_at) };
}
