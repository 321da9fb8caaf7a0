/** Of servers: `2026-11-22T13:13:11Z`. */
export function toIsoTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** Of most else: `2026-11-22T13:13:16.000000`, without a zone; gophercloud fails on any other form. */
export function toNaiveTime(at: Date | null): string | null {
  return at === null ? null : `${at.toISOString().slice(0, 19)}.000000`;
}
