import { readFile } from 'node:fs/promises';
import { replaceFile } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';

/** The highest epoch that the host was commanded with: whoever comes with a lower one has lost the host to another replica. */
export type Epoch = {
  /**
   * Fulfilled once the epoch, where it is a new one, is on disk, with a signal that is aborted when a higher one is accepted: what this owner
   * still reads then ends. Throws `conflict` (staleEpoch) when it is lower than one before.
   */
  accept(epoch: number): Promise<AbortSignal>;
  /** Fulfilled once the owner of the host has called this process. */
  heard: Promise<void>;
};

export async function openEpoch(file: string): Promise<Epoch> {
  let saved = Number(await readFile(file, 'utf8').catch(() => '0'));
  let highest = saved;
  let saving: Promise<void> = Promise.resolve();
  let reign = new AbortController();
  const heard = Promise.withResolvers<void>();
  const save = async (epoch: number) => {
    if (epoch <= saved) return;
    // Written rarely, so the folder is synced too: an epoch that went back after a power cut would let an old owner in again.
    await replaceFile({ file, content: String(epoch), mode: 0o600 });
    saved = epoch;
  };
  const accept: Epoch['accept'] = async (epoch) => {
    if (epoch < highest) throw new CloudError('conflict', `Another replica of the control plane owns this host (epoch ${highest}, this is ${epoch}).`, { reason: 'staleEpoch' });
    if (epoch > highest) {
      highest = epoch;
      reign.abort(new CloudError('conflict', `Another replica of the control plane owns this host now (epoch ${epoch}).`, { reason: 'staleEpoch' }));
      reign = new AbortController();
    }
    const { signal } = reign;
    if (epoch !== saved) {
      saving = saving.catch(() => {}).then(() => save(epoch));
      await saving;
    }
    heard.resolve();
    return signal;
  };
  return { accept, heard: heard.promise };
}
