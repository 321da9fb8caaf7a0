import { randomBytes } from 'node:crypto';
import { getOrCreateSecret, setSecret, withLock } from '@novadock/store';
import type { Cloud } from './cloud.ts';
import { bootstrapFlavors } from './flavors/bootstrap-flavors.ts';
import { bootstrapIdentity } from './identity/bootstrap-identity.ts';
import { bootstrapNetwork } from './networks/bootstrap-network.ts';
import { bootstrapQuota } from './quotas/bootstrap-quota.ts';
import { bootstrapProfiles } from './setup/bootstrap-profiles.ts';

export type Bootstrap = {
  /** Undefined: one is made up. */
  adminPassword: string | undefined;
  /** Keeps the administrator's password, which the database only has a hash of. */
  savePassword: (password: string) => Promise<void>;
};

/** Gives a new cloud its administrator, flavors and private_network, once: what an operator deletes later does not come back. Cut off half-way, it begins again. */
export async function bootstrapCloud(cloud: Cloud, { adminPassword, savePassword }: Bootstrap): Promise<void> {
  await withLock(cloud.store, 'bootstrap', async () => {
    // Profiles cannot be deleted, so a cloud that began without them gets them as well.
    await bootstrapProfiles(cloud.store);
    const done = await getOrCreateSecret(cloud.store, 'bootstrapped', async () => Buffer.from('no'));
    if (done.toString() === 'yes') return;
    const password = adminPassword ?? randomBytes(18).toString('base64url');
    await bootstrapIdentity(cloud, { adminPassword: password });
    await bootstrapFlavors(cloud.store);
    await bootstrapNetwork(cloud);
    await bootstrapQuota(cloud.store);
    await savePassword(password);
    await setSecret(cloud.store, 'bootstrapped', Buffer.from('yes'));
  });
}
