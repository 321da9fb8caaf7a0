import type { Store } from '@novadock/store';
import type { BlobStore } from './images/blob-store.ts';
import type { Hosts } from './hosts/hosts.ts';
import type { PasswordChecker } from './identity/password-checker.ts';

/** What every use case works with. */
export type Cloud = {
  /** Names this cloud on engines that several share: the label of its containers. */
  cloudId: string;
  store: Store;
  blobs: BlobStore;
  /** The agents this replica is connected to. */
  hosts: Hosts;
  passwords: PasswordChecker;
  /** Signs tokens. */
  tokenKey: Buffer;
  /** The key that the API shows, as `curl --pinnedpubkey` takes it: sha256//…. */
  publicKeyPin: string;
  /** Certifies hosts, PEM. */
  authority: { certificate: string; key: string };
};
