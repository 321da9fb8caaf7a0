import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';
import { connectApi } from '../connect-api.ts';
import type { AgentManifest } from './fetch-manifest.ts';

/** How long is waited before it is tried again, each time. */
const retryMs = [1000, 5000];

type FetchArchive = { url: string; manifest: AgentManifest; file: string; waitsMs?: number[] };

/** Writes the archive that `manifest` is of to `file`, and nothing else: throws `unavailable` when what came is another one, or what broke off did so three times. */
export async function fetchArchive({ url, manifest, file, waitsMs = retryMs }: FetchArchive): Promise<void> {
  for (const waitMs of [...waitsMs, undefined]) {
    try {
      return await fetchOnce(url, manifest, file);
    } catch (error) {
      if (waitMs === undefined || (error instanceof CloudError && error.code !== 'unavailable')) throw error;
      await delay(waitMs);
    }
  }
}

async function fetchOnce(url: string, { archive, sha256, bytes }: AgentManifest, file: string): Promise<void> {
  const api = await connectApi({ url, trust: 'nothing' });
  const hash = createHash('sha256');
  let size = 0;
  const source = await api.download(`/v1/agent/${archive}`);
  const measure = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      size += chunk.length;
      // Not more of a stranger's bytes than there is room for.
      if (size > bytes) throw wrongArchive(archive);
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(source, measure, createWriteStream(file, { mode: 0o600 })).catch((cause: unknown) => {
    throw cause instanceof CloudError ? cause : new CloudError('unavailable', `${archive} could not be fetched from ${url}: ${(cause as Error).message}`, { cause });
  });
  if (hash.digest('hex') !== sha256) throw wrongArchive(archive);
}

function wrongArchive(archive: string): CloudError {
  return new CloudError('unavailable', `What came as ${archive} is not what the control plane says it is: it was changed on its way, or just now there. Run the set-up again`);
}
