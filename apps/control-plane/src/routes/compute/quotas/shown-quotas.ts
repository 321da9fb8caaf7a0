import { quotaNames, type QuotaName } from '@novadock/cloud';

/** N of the last microversion 2.N that shows a limit; the others are shown still. */
const lastShown: Partial<Record<QuotaName, number>> = {
  fixed_ips: 35,
  floating_ips: 35,
  security_groups: 35,
  security_group_rules: 35,
  injected_files: 56,
  injected_file_content_bytes: 56,
  injected_file_path_bytes: 56,
};

/** The limits that a microversion knows, by name. */
export function shownQuotas(version: number): QuotaName[] {
  return quotaNames.filter((name) => version <= (lastShown[name] ?? Infinity)).sort();
}
