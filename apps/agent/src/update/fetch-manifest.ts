import { CloudError } from '@novadock/model';
import { readStatement, type SignedStatement } from '@novadock/rpc';
import { connectApi } from '../connect-api.ts';

/** What the control plane says of an archive of the agent that it gives out. */
export type AgentManifest = { archive: string; version: string; sha256: string; bytes: number; unpackedBytes: number };

export type FetchManifest = {
  /** Of the control plane. */
  url: string;
  /** Of the cloud, PEM. */
  authority: string;
  /** CPU type, as Go names it. */
  cpu: string;
};

/**
 * What the control plane gives out for a CPU type. Whoever answers need not be believed: the manifest has to be signed by who may command this
 * host, and the archive is known by it. So it does not matter by which certificate, or through which proxy, the API answers. Throws
 * `unauthenticated` (wrongStatement), `notFound` when there is none, `unavailable`.
 */
export async function fetchManifest({ url, authority, cpu }: FetchManifest): Promise<AgentManifest> {
  const archive = `novadock-agent-linux-${cpu}.tar.gz`;
  const api = await connectApi({ url, trust: 'nothing' });
  const statement = (await api.get(`/v1/agent/${archive}/manifest`)) as SignedStatement;
  const manifest = JSON.parse(readStatement({ authority, statement })) as AgentManifest;
  if (manifest.archive !== archive) throw new CloudError('unauthenticated', `What came is of ${manifest.archive}, in place of ${archive}.`, { reason: 'wrongStatement' });
  return manifest;
}
