import { timingSafeEqual } from 'node:crypto';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { CloudError, type ErrorCode } from '@novadock/model';
import { authorityFingerprint, createCertificateRequest } from '@novadock/rpc';
import type { AgentFolder, Enrolled } from './agent-folder.ts';

/** `url`: where the control plane answers. `address`: where it finds this agent; by default, where its answers go. */
export type EnrolOptions = { folder: AgentFolder; url: string; token: string; name?: string; address?: string; port: number };

/**
 * Makes this host one of the cloud that made the token. The key is made here and never leaves. Throws `unauthenticated` when the
 * token is refused or the answer is not from the cloud that made it, `conflict` when the name is taken, `unavailable` when
 * nobody answers.
 */
export async function enrol({ folder, url, token, name = hostname(), address, port }: EnrolOptions): Promise<Enrolled> {
  const fingerprint = token.split('.')[2];
  if (fingerprint === undefined) throw new CloudError('invalid', 'That is no join token. `novadock token create` (or POST /v1/join-tokens) makes one.');
  const here = address ?? `${await localAddress(url)}:${port}`;
  const { key, request } = await createCertificateRequest(name);
  const reply = await post(url, { token, request, name, address: here });
  const { hostId, cloudId, certificate, authority } = reply as Enrolled;
  await assertAuthority(authority, fingerprint);
  const enrolled = { hostId, cloudId, name, address: here, authority, certificate, key };
  await folder.writeEnrolled(enrolled);
  return enrolled;
}

const codes: Record<number, ErrorCode> = { 400: 'invalid', 401: 'unauthenticated', 403: 'forbidden', 409: 'conflict' };

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(new URL('/v1/enrol', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch((cause: unknown) => {
    throw new CloudError('unavailable', `The control plane does not answer at ${url}. Is the address right, and may this host reach it?`, { cause });
  });
  const text = await response.text();
  if (!response.ok) throw new CloudError(codes[response.status] ?? 'unavailable', `The control plane refuses this host (${response.status}): ${messageIn(text)}`);
  return JSON.parse(text) as unknown;
}

/** What a reply of /v1 says went wrong (RFC 9457, `detail`). */
function messageIn(text: string): string {
  try {
    const { detail, message } = JSON.parse(text) as { detail?: string; message?: string };
    return detail ?? message ?? text;
  } catch {
    return text;
  }
}

/** Whoever answers is believed only with the authority that the token names: the way here need not be a safe one. */
async function assertAuthority(authority: string, fingerprint: string): Promise<void> {
  const found = Buffer.from(await authorityFingerprint(authority));
  const wanted = Buffer.from(fingerprint);
  if (found.length === wanted.length && timingSafeEqual(found, wanted)) return;
  throw new CloudError('unauthenticated', 'The answer is not from the cloud that made the token: its authority is another one.', { reason: 'wrongAuthority' });
}

/** The address that this host has towards the control plane. */
async function localAddress(url: string): Promise<string> {
  const { hostname: host, port, protocol } = new URL(url);
  const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) });
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const address = socket.localAddress ?? '';
    return socket.localFamily === 'IPv6' ? `[${address}]` : address;
  } catch (cause) {
    throw new CloudError('unavailable', `The control plane does not answer at ${url}. Is the address right, and may this host reach it?`, { cause });
  } finally {
    socket.destroy();
  }
}
