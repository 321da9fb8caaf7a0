import { profileChanges } from '@novadock/model';
import { findProfileRow, type HostProfileRow, type RolloutHostRow, type Transaction } from '@novadock/store';
import { profileOf } from './load-rollout.ts';

/** What a revision would change on each of these hosts, in words; hosts on the same revision share them. */
export async function hostChanges(tx: Transaction, target: HostProfileRow, hosts: RolloutHostRow[]): Promise<Map<string, string[]>> {
  const byRevision = new Map<string, string[]>();
  const changes = new Map<string, string[]>();
  for (const host of hosts) {
    const current = profileOf(host);
    const key = current === null ? '' : `${current.name}@${current.revision}`;
    const known = byRevision.get(key) ?? (await changesFrom(tx, current, target));
    byRevision.set(key, known);
    changes.set(host.hostId, known);
  }
  return changes;
}

async function changesFrom(tx: Transaction, current: { name: string; revision: number } | null, target: HostProfileRow): Promise<string[]> {
  const from = current === null ? null : await findProfileRow(tx, current.name, current.revision);
  if (from === null) return [`prepared with profile ${target.name} (revision ${target.revision})`];
  return profileChanges(from.settings, target.settings).map(({ field, before, after }) => `${field}: ${word(before)} → ${word(after)}`);
}

function word(value: unknown): string {
  return value === undefined || value === '' ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
}
