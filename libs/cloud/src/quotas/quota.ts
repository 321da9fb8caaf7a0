/** Nova's limits and their defaults; -1: no limit. The first group bounds a project's instances; most of the others have nothing here to bound. */
export const defaultQuota = {
  instances: 10,
  cores: 20,
  ram: 51200,
  key_pairs: 100,
  metadata_items: 128,
  server_groups: 10,
  server_group_members: 10,
  injected_files: 5,
  injected_file_content_bytes: 10240,
  injected_file_path_bytes: 255,
  fixed_ips: -1,
  floating_ips: -1,
  security_groups: -1,
  security_group_rules: -1,
} as const satisfies Record<string, number>;

export type QuotaName = keyof typeof defaultQuota;

/** A limit for each resource; `ram` in MB, `key_pairs` of a user. */
export type Quota = Record<QuotaName, number>;

export const quotaNames = Object.keys(defaultQuota) as QuotaName[];

export function isQuotaName(name: string): name is QuotaName {
  return Object.hasOwn(defaultQuota, name);
}
