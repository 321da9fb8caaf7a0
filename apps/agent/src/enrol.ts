import { timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { CloudError } from '@novadock/model';
import { assertHostCertificate, authorityFingerprint, createCertificateRequest } from '@novadock/rpc';
import type { AgentFolder, Enrolled } from './agent-folder.ts';
import { connectApi, type Trust } from './connect-api.ts';

/** `url`: where the control plane answers. `pin`: of its key. `address`: where it finds this agent; by default, where its answers go. */
export type EnrolOptions = { folder: AgentFolder; url: string; token: string; pin?: string | undefined; name?: string | undefined; address?: string | undefined; machineId?: string | undefined; port: number };

type Reply = Pick<Enrolled, 'hostId' | 'cloudId' | 'certificate' | 'authority'>;

/**
 * Makes this host one of the cloud that made the token. The key is made here and never leaves; it is kept before anybody is asked, so an
 * answer that got lost is asked for again. Throws `unauthenticated` when the token is refused, the key of the control plane is not the one
 * that is pinned (then the token was not sent), or the answer is not from the cloud that made it, `conflict` when the name or the machine
 * is a host's already, `unavailable` when nobody answers.
 */
export async function enrol({ folder, url, token, pin, name = hostname(), address, machineId, port }: EnrolOptions): Promise<Enrolled> {
  const fingerprint = token.split('.')[2];
  if (fingerprint === undefined) throw new CloudError('invalid', 'That is no join token. `novadock host token` (or POST /v1/join-tokens) makes one.');
  const trust = trustIn(url, pin);
  const { key, request } = await createCertificateRequest(name, await folder.readKey());
  await folder.writeKey(key);
  const api = await connectApi({ url, trust });
  const here = address ?? `${api.localAddress}:${port}`;
  const { hostId, cloudId, certificate, authority } = (await api.post('/v1/enrol', { token, request, name, address: here, machineId })) as Reply;
  await assertAuthority(authority, fingerprint);
  assertHostCertificate({ authority, key, hostId, certificate });
  // Of the host that this machine was before: a new one's epochs begin anew.
  await rm(folder.file('epoch'), { force: true });
  const enrolled = { hostId, cloudId, name, address: here, url, authority, certificate, key };
  await folder.writeEnrolled(enrolled);
  return enrolled;
}

/** The token is told to nobody who only might be the control plane. */
function trustIn(url: string, pin: string | undefined): Trust {
  const { protocol, hostname: host } = new URL(url);
  if (protocol === 'https:') return pin === undefined ? 'system' : { pin };
  if (pin !== undefined) throw new CloudError('invalid', `A pin is for https; ${url} is not.`);
  if (/^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(host)) return 'nothing';
  throw new CloudError('invalid', `${url}: over a network the control plane is joined by https only, for others can listen. \`novadock host token\` prints the URL and the pin of its key.`);
}

/** Whoever answers is believed only with the authority that the token names. */
async function assertAuthority(authority: string, fingerprint: string): Promise<void> {
  const found = Buffer.from(await authorityFingerprint(authority));
  const wanted = Buffer.from(fingerprint);
  if (found.length === wanted.length && timingSafeEqual(found, wanted)) return;
  throw new CloudError('unauthenticated', 'The answer is not from the cloud that made the token: its authority is another one.', { reason: 'wrongAuthority' });
}
